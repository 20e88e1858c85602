import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { digestOfBody } from '../../plugins/core/digest';
import { ERROR_TABLE, isModiCode, Refusal, rowOf } from '../../plugins/core/errors';
import {
  newVerification,
  runStage,
  stages,
  type Check,
  type Headers,
  type Verification,
} from '../../plugins/core/verify';
import { CONFIGS, makeCast, REFUSED, refusedCertificates, type Case, type Cast } from '../support/corpus';
import { fakeKeys, PDND_ACCEPTED, PDND_CONFIGS, pdndCast, pdndRoute } from '../support/pdnd';
import { mockPki } from '../support/pki';
import { receive, receiver } from '../support/received-answers';
import { BODY, digestOf, makeRequest } from '../support/requests';
import { signRoute } from '../support/sign-route';
import { NOW, verifyRoute } from '../support/verify-route';
import { readPage, ROOT } from './support/pages';

const page = readPage('docs/lifecycle.md');
const [picture = '', receiverPicture = '', voucherPicture = ''] = page.fences.map(({ text }) => text);

/** `| check | codes |` rows of the tables, by check. */
const rows = new Map(
  page.prose.flatMap(({ text }) => {
    const [, check, codes = ''] = /^\|\s*`([a-z-]+)`\s*\|(.+)\|$/.exec(text) ?? [];
    return check === undefined ? [] : [[check, codes] as const];
  }),
);
const codesIn = (text: string): string[] =>
  [...text.matchAll(/MODI_[A-Z0-9_]+/g)]
    .map(([code]) => code)
    .filter(isModiCode)
    .toSorted();
const codesOf = (check: string): string[] => codesIn(rows.get(check) ?? '');

/** The words of a stage in the picture, its continuation lines included. */
function drawn(stage: string): string[] {
  const lines = picture.split('\n').map((line) => line.replace(/^ *│?/, ''));
  const first = lines.findIndex((line) => line.trim().startsWith(`${stage} `));
  const rest = lines.slice(first + 1).findIndex((line) => !/^ {10,}\S/.test(line));
  const text = [(lines[first] ?? '').trim().slice(stage.length), ...lines.slice(first + 1, first + 1 + rest)].join(
    ' ▸ ',
  );
  return text.split('▸').map((word) => word.trim());
}

const wordsOf = (text: string): string[] => text.split(/\s*▸\s*|\n/).map((word) => word.trim());

let cast: Cast;
beforeAll(async () => {
  cast = await makeCast();
});

const headersOf = (headers: Readonly<Record<string, string | string[]>>): Headers =>
  new Map(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));

interface Judged {
  readonly ids: Readonly<Record<'tokens' | 'body' | 'party', readonly string[]>>;
  readonly refusedBy: string | undefined;
}

/** Runs the stages as access does, and notes what ran. */
async function judge({ route, make }: Pick<Case, 'route' | 'make'>): Promise<Judged> {
  const { policy } = verifyRoute(cast, CONFIGS[route]);
  const { headers, body } = make(cast, NOW);
  const verification = newVerification(policy, headersOf(headers), NOW);
  const ids = { tokens: [] as string[], body: [] as string[], party: [] as string[] };
  for (const stage of ['tokens', 'body', 'party'] as const) {
    if (stage === 'body') {
      const { digest } = verification;
      verification.body = await digestOfBody({ kind: 'bytes', bytes: body }, digest?.algorithm, policy.maxBodySize);
    }
    for (const check of stages[stage](verification)) {
      ids[stage].push(check.id);
      if (refuses(check, verification)) return { ids, refusedBy: check.id };
    }
  }
  return { ids, refusedBy: undefined };
}

function refuses(check: Check, verification: Verification): boolean {
  try {
    check.run(verification);
    return false;
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

describe('docs/lifecycle.md', () => {
  it('draws the checks in the order in which they run', async () => {
    const good = { route: 'unique', make: () => makeRequest({ now: NOW, party: cast.ec, integrity: true }) } as const;
    const { ids, refusedBy } = await judge(good);
    expect(refusedBy).toBeUndefined();
    expect({ tokens: drawn('tokens'), body: drawn('body'), party: drawn('party') }).toEqual(ids);
  });

  it('has a row for every step that is drawn', () => {
    const steps = [
      ...['headers', 'tokens', 'body', 'party', 'last', 'answer'].flatMap(drawn),
      ...wordsOf(voucherPicture),
    ];
    expect([...rows.keys()].toSorted()).toEqual([...new Set(steps)].toSorted());
  });

  it('names at every check the codes with which it refuses, and no others', async () => {
    const seen = new Map<string, Set<string>>();
    for (const one of [...REFUSED, ...refusedCertificates(cast)]) {
      const { refusedBy = 'none' } = await judge(one);
      seen.set(refusedBy, (seen.get(refusedBy) ?? new Set()).add(one.code ?? ''));
    }
    const checks = [...new Set(['tokens', 'body', 'party'].flatMap(drawn))];
    // What the corpus cannot reach still stands in the source of the check.
    const expected = checks.map((check) => [
      check,
      [...new Set([...(seen.get(check) ?? []), ...inSource(check)])].toSorted(),
    ]);
    const named = checks.map((check) => [check, codesOf(check)]);
    expect(Object.fromEntries(named)).toEqual(Object.fromEntries(expected));
  });

  it('names the codes of modi-sign, each at some step', () => {
    const source = codesIn(sourcesIn('plugins/modi-sign'));
    const named = drawn('answer').flatMap(codesOf);
    expect([...new Set(named)].toSorted()).toEqual([...new Set(source)].toSorted());
  });

  it('draws the checks of a call with voucher, proof, audit and integrity token in the order in which they run', () => {
    const pdnd = pdndCast();
    const one = PDND_ACCEPTED.find(({ name }) => name === 'all as it should be, p-all')!;
    const { policy } = pdndRoute(PDND_CONFIGS[one.route], fakeKeys(pdnd));
    const request = { method: 'POST', target: `/${one.route}` };
    const verification = newVerification(policy, headersOf(one.make(pdnd, NOW).headers), NOW, request);
    const ids: string[] = [];
    const noted = (function* (checks: Iterable<Check>) {
      for (const check of checks) {
        ids.push(check.id);
        yield check;
      }
    })(stages.tokens(verification));
    expect(runStage(noted, verification, fakeKeys(pdnd))).toBeUndefined();
    expect(wordsOf(voucherPicture)).toEqual(ids);
  });

  it('names the codes of each check that only a voucher brings', () => {
    const drawnAbove = new Set(['tokens', 'body', 'party'].flatMap(drawn));
    const own = [...new Set(wordsOf(voucherPicture))].filter((check) => !drawnAbove.has(check));
    expect(own.length).toBeGreaterThan(15);
    const expected = own.map((check) => [check, [...new Set(inSource(check))]]);
    expect(own.map((check) => [check, codesOf(check)])).toEqual(expected);
  });

  it('gives every code of the table a place', () => {
    const named = codesIn([...page.prose, ...page.fences].map(({ text }) => text).join('\n'));
    expect([...new Set(named)]).toEqual(Object.keys(ERROR_TABLE).toSorted());
  });

  it('gives every code its status', () => {
    const found = page.prose.flatMap(({ text }) => [...text.matchAll(/`(MODI_[A-Z0-9_]+)` ([\d/]+)/g)]);
    expect(found.length).toBeGreaterThan(60);
    for (const [, code = '', status] of found) {
      const told = isModiCode(code) ? rowOf(code).status : 'no such code';
      expect([code, status]).toEqual([code, told === 'token' ? '401/400' : String(told)]);
    }
  });

  it('draws the checks of an answer in the order in which they run', async () => {
    const pki = await mockPki();
    const digest = digestOf(BODY);
    const answer = await receive(signRoute(pki.leaf('ec'), { request_digest: true }), {}, digest);
    const { verdict, results } = await receiver(pki)(answer, { requestDigest: digest });
    expect(verdict).toBe('signed');
    expect(wordsOf(receiverPicture)).toEqual(results.map(({ id }) => id));
  });
});

const sourcesIn = (folder: string): string =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');

/** The codes that stand in the source of a check, and of the room it asks. */
const inSource = (check: string): string[] =>
  codesIn(
    [
      readFileSync(join(ROOT, `plugins/core/verify/check-${check}.ts`), 'utf8'),
      ...(check === 'certificate'
        ? ['plugins/core/trust', 'plugins/core/trust/jwks', 'plugins/core/trust/x5u'].map(sourcesIn)
        : []),
    ].join('\n'),
  );
