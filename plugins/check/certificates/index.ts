import { Ground } from './ground';
import { judgeGroup } from './judge';
import { read } from './read';
import { merged } from './rows';
import type { Inspection, InspectionSettings, LeftAlone, Row, Source } from './types';
import type { Gathered } from './gather';

/** What is looked at, and by what it is measured. */
export interface InspectionSubject extends Gathered {
  /** Anchors were given by themselves: what leads to none of them is told. */
  readonly mustLeadToAnchor: boolean;
}

/**
 * Looks at every certificate, list and key of some sources, each against the anchors and lists of all of them. Nothing
 * leaves this machine unless the settings allow it; nothing is thrown for what is wrong with a source.
 */
export async function inspectMaterial(subject: InspectionSubject, settings: InspectionSettings): Promise<Inspection> {
  const { now, mayFetch } = settings;
  const { here, away } = split(subject.sources, mayFetch);
  const contents = (await Promise.all(here.map(read))).flat();
  const ground = new Ground(contents, now, subject.mustLeadToAnchor);
  const rows: Row[] = [];
  for (const name of new Set(contents.map(({ source }) => source.group))) {
    const group = contents.filter(({ source }) => source.group === name);
    rows.push(...(await judgeGroup(group, ground, settings)));
  }
  const leftAlone = subject.leftAlone.filter(({ reason }) => !(mayFetch && reason === 'network'));
  return { rows: merged(rows), leftAlone: [...leftAlone, ...away] };
}

function split(sources: readonly Source[], mayFetch: boolean) {
  const isHere = ({ place }: Source): boolean => mayFetch || !('url' in place);
  const away = sources.filter((one) => !isHere(one)).map(({ field }): LeftAlone => ({ field, reason: 'network' }));
  return { here: sources.filter(isHere), away };
}

export { gatherFrom } from './gather';
export { certificatesNamedBy } from './named';
export type { Gathered } from './gather';
export type { Inspection, InspectionSettings, Row, Source, State } from './types';
