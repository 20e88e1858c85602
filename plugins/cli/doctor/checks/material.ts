import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, ok, same, skip, warn, type Finding } from '../../checklist';
import { utcAndRelative } from '../../shell/time-text';
import type { Facts, PluginEntity } from '../facts';
import { placeOf, say } from './words';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const MOST_BYTES = 8 * 1024 * 1024;
const DAY = 86_400;

/** Certificates and private keys that the configurations name: when they end, and who may read them. */
export function checkMaterial(
  { entities, local, now }: Facts,
  days: number,
  home: string | undefined,
): readonly Finding[] {
  const ours = (entities?.plugins ?? []).filter(({ name }) => name.startsWith('modi-'));
  if (ours.length === 0) return [];
  if (!local)
    return [
      skip(
        'material',
        say('files are on another machine', 'i file sono su un’altra macchina'),
        say('run this there, with --prefix', 'eseguire là, con --prefix'),
      ),
    ];
  const found = ours.flatMap((plugin) =>
    [...stringsIn(plugin.config)].flatMap((value) => examine(plugin, value, { entities, now, days, home })),
  );
  return dedupe(found);
}

interface Terms {
  readonly entities: Facts['entities'];
  readonly now: number;
  readonly days: number;
  readonly home: string | undefined;
}

/** Every text in a configuration, whatever the field is called: new fields need no change here. */
function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* stringsIn(item);
}

function examine(plugin: PluginEntity, value: string, terms: Terms): readonly Finding[] {
  if (value.includes('-----BEGIN')) return expiries(value, placeOf(plugin, terms.entities?.routes), terms);
  const path = resolve(terms.home ?? '.', value);
  const stats = looksLikeFile(value) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (stats?.isFile() !== true || stats.size > MOST_BYTES) return [];
  try {
    const text = readFileSync(path, 'latin1');
    const open = text.includes('PRIVATE KEY-----') && (stats.mode & 0o007) !== 0;
    return [...(open ? [readable(path)] : []), ...expiries(text, path, terms)];
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return [
      skip('material', same(`${path}: ${code}`), say('run this as Kong’s user', "eseguire come l'utente di Kong")),
    ];
  }
}

const looksLikeFile = (value: string): boolean => /[/.]/.test(value) && !/^[a-z]+:|\s/i.test(value);

const readable = (path: string): Finding =>
  fail(
    'key',
    say(`${path} is readable by every user`, `${path} è leggibile da ogni utente`),
    same(`chmod o-rwx ${path}`),
  );

function expiries(pem: string, place: string, { now, days }: Terms): readonly Finding[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((one): readonly Finding[] => {
    const certificate = parseCertificate(one);
    if (certificate === undefined) return [];
    const end = Date.parse(certificate.validTo) / 1000;
    const name = certificate.subject.split('\n').findLast((part) => part.startsWith('CN=')) ?? place;
    const told = (language: 'en' | 'it') => `${name} ${utcAndRelative(end, now, language)}, ${place}`;
    const found = { en: told('en'), it: told('it') };
    if (end > now + days * DAY) return [ok('certificate', found)];
    const todo = say(
      'replace it before it ends: docs/operations.md',
      'sostituirlo prima della scadenza: docs/operations.md',
    );
    return [end <= now ? fail('certificate', found, todo) : warn('certificate', found, todo)];
  });
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    // What no certificate is, the plugin itself refuses and names.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The same file stands in many routes. */
const dedupe = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [`${one.check} ${one.found.en}`, one])).values(),
];
