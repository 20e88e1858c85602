import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

/** A user of this machine, as far as file permissions ask. */
export interface MachineUser {
  readonly name: string;
  readonly uid: number;
  readonly gids: readonly number[];
}

/** Looks a user up in the files that every container and server has; undefined when it is not in them. */
export function findUser(name: string, etc = '/etc'): MachineUser | undefined {
  const line = readFileSync(`${etc}/passwd`, 'utf8')
    .split('\n')
    .map((one) => one.split(':'))
    .find(([user]) => user === name);
  if (line === undefined) return undefined;
  const groups = readFileSync(`${etc}/group`, 'utf8')
    .split('\n')
    .map((one) => one.split(':'))
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , gid]) => Number(gid));
  return { name, uid: Number(line[2]), gids: [Number(line[3]), ...groups] };
}

const BITS = { read: 4, write: 2, enter: 1, run: 1 } as const;

/** Whether the permission bits let `user` do it. Access control lists and mount options are not looked at. */
export function allows({ mode, uid, gid }: Stats, user: MachineUser, want: keyof typeof BITS): boolean {
  if (user.uid === 0) return want !== 'run' || (mode & 0o111) !== 0;
  const shift = uid === user.uid ? 6 : user.gids.includes(gid) ? 3 : 0;
  return ((mode >> shift) & BITS[want]) !== 0;
}

/**
 * What keeps `user` from reading or running a file, or from making one in a folder: the first folder on the way that may
 * not be entered, or the path itself. Undefined when nothing does.
 *
 * @throws the error of the file system for a path that does not exist.
 */
export function obstacle(path: string, user: MachineUser, want: 'read' | 'run' | 'make'): string | undefined {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) folders.unshift(folder);
  const closed = folders.find((folder) => !allows(statSync(folder), user, 'enter'));
  const needed = want === 'make' ? (['enter', 'write'] as const) : [want];
  return closed ?? (needed.every((one) => allows(statSync(path), user, one)) ? undefined : path);
}
