import { it } from 'vitest';
import { ERROR_TABLE, govwayOf, pickLanguage, renderRefusal, VerificationError } from '../../plugins/core/errors';
import type { ModiCode, RefusalContext, RefusalParams, TokenKind } from '../../plugins/core/errors';
import { mutatedJson } from '../support/fuzz/json';
import type { Random } from '../support/fuzz/random';
import { fuzz, PATIENCE } from '../support/fuzz/run';
import { partOf, refused, Violation, type FuzzTarget, type Input } from '../support/fuzz/target';
import { mutatedText } from '../support/fuzz/text';

const CODES = Object.keys(ERROR_TABLE) as ModiCode[];
const TOKENS: readonly (TokenKind | null)[] = ['ID_AUTH', 'INTEGRITY', 'AUDIT', 'VOUCHER', 'DPOP', null];
const PARAMS = [
  ...['found', 'expected', 'reason', 'header', 'max', 'count', 'claim', 'retryAfter', 'key', 'name', 'length', 'code'],
  ...['__proto__', 'constructor', 'toString', 'status', 'type', 'instance'],
];
const TEXTS = [
  ...[
    '',
    'x',
    '{found}',
    '{expected}{reason}',
    '$&$1$`',
    '"}],"status":200',
    '</script><script>',
    '\r\nX-ModI-Client: a',
  ],
  ...['\u0000', '\ud800', '\udc00\ud800', '\u2028', '\u202e', 'è€😀', '%s%n', 'x'.repeat(5000), '\\', '"'],
];
const LANGUAGES = [
  'it',
  'it-IT, en;q=0.5',
  'en;q=0, it;q=0.001',
  '*',
  'it;q=NaN',
  'it;q=1e999',
  'it;;;,,;q',
  '\u0130T',
  '',
];

/** A refusal and the circumstances of its answer, as one JSON text. */
interface Case {
  readonly code: ModiCode;
  readonly token: TokenKind | null;
  readonly params: RefusalParams;
  readonly context: Omit<RefusalContext, 'language'>;
  readonly accept: string;
}

const someText = (random: Random): string => {
  const text = random.pick(TEXTS);
  return random.oneIn(3) ? mutatedText(text, random) : text;
};

function make(random: Random): Input {
  const params = Object.fromEntries(
    Array.from({ length: random.below(5) }, () => [
      random.pick(PARAMS),
      random.oneIn(4) ? random.next() : someText(random),
    ]),
  );
  const context = {
    disclosure: random.pick(['none', 'code', 'full'] as const),
    compat: random.pick(['standard', 'govway'] as const),
    // The realm is the operator's, the id Kong's.
    realm: random.oneIn(2) ? null : random.pick(['ente', 'a"b\\c', 'x y']),
    schemes: random.pick([['Bearer'], ['DPoP'], ['DPoP', 'Bearer']] as const),
    requestId: random.oneIn(2) ? undefined : random.bytes(16).toString('hex'),
  };
  const accept = random.oneIn(3) ? mutatedText(random.pick(LANGUAGES), random) : random.pick(LANGUAGES);
  const one = { code: random.pick(CODES), token: random.pick(TOKENS), params, context, accept };
  const text = JSON.stringify(one);
  // Members of another kind, or names of another object, cannot come from our own code: only the values are edited.
  return [{ name: 'case', bytes: random.oneIn(4) ? withMutatedParams(one, random) : Buffer.from(text) }];
}

function withMutatedParams(one: Case, random: Random): Buffer {
  const text = mutatedJson(JSON.stringify({ found: 'x', ...one.params }), random).toString();
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    params = { found: text };
  }
  const values = Object.entries(params ?? {}).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : JSON.stringify(value),
  ]);
  return Buffer.from(JSON.stringify({ ...one, params: Object.fromEntries(values) }));
}

const VISIBLE = /^[\x20-\x7e]*$/;

function judge(input: Input) {
  const { code, token, params, context, accept } = JSON.parse(partOf(input, 'case').toString()) as Case;
  const refusal = new VerificationError(code, params, token ?? undefined);
  const language = pickLanguage(accept);
  const { status, headers, body } = renderRefusal(refusal, { ...context, language });
  const due = context.compat === 'govway' ? govwayOf(refusal, context.schemes !== undefined).status : refusal.status;
  if (status !== due || !(status >= 400 && status < 600)) throw new Violation(`status: ${code} ${status}`);
  const problem = JSON.parse(body) as Record<string, unknown>;
  if (problem['status'] !== status) throw new Violation(`another status in the body: ${code}`);
  if (typeof problem['title'] !== 'string' || problem['title'] === '') throw new Violation(`no title: ${code}`);
  const shown = context.disclosure !== 'none';
  if (shown !== (problem['code'] === code)) throw new Violation(`disclosure: ${code} ${context.disclosure}`);
  if (context.disclosure !== 'full' && ('found' in problem || 'expected' in problem)) {
    throw new Violation(`discloses: ${code} ${context.disclosure}`);
  }
  if (!shown && body.includes(code)) throw new Violation(`discloses the code: ${code}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!VISIBLE.test(name + value)) throw new Violation(`header: ${name} ${JSON.stringify(value)}`);
  }
  if (Buffer.from(body).toString() !== body) throw new Violation(`the body is not well-formed Unicode: ${code}`);
  return refused(code);
}

it('every refusal is rendered as one, whatever stands in it', { timeout: PATIENCE }, async () => {
  const target: FuzzTarget = {
    kind: 'problems',
    reaches: ['MODI_TOKEN_MALFORMED', 'MODI_REPLAY_STORE_FULL'],
    make,
    judge,
  };
  await fuzz(target);
});
