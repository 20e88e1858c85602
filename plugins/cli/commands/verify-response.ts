import type { Localized } from '../../core/errors';
import type { Answer } from '../../core/verify';
import {
  answerForJson,
  answerInPieces,
  answerJudge,
  cannotJudge,
  missingTerms,
  parseRawResponse,
  printAnswerChecks,
  printAnswerVerdict,
  termsOfVerify,
} from '../answer';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import type { Values } from '../shell/values';
import { parseRawRequest, readFileOrStdin, readPieces } from '../verify';

/** `modi verify --response`: judges a captured answer at `now` (seconds since the epoch), and answers the exit code. */
export async function verifyResponse(values: Values, now: number, context: Context): Promise<number> {
  refuseWordsOfRequests(values);
  const terms = termsOfVerify(values, context);
  const missing = missingTerms(terms, { audience: '--aud', anchors: '--anchors' });
  if (missing.length > 0) throw cannotJudge(missing, 'CLI_USAGE');
  const judge = answerJudge(terms, now);
  const sent = await readSentRequest(values, context);
  const answer = await readAnswer(values, sent.method, context);
  const judgement = await judge(answer, sent, now, values.flag('all'));
  if (values.string('output') === 'json') {
    const report = answerForJson(judgement, terms.audience, sent.digest, now, context);
    context.printJson('modi.verify-response/1', report);
  } else {
    if (values.flag('explain')) printAnswerChecks(answer.headers, judgement, context);
    printAnswerVerdict(judgement, context);
  }
  const unknownRequest = (values.string('request') ?? values.string('requestDigest')) === undefined;
  if (judgement.refusal?.code === 'MODI_ANSWER_REQUEST_DIGEST_MISMATCH' && unknownRequest)
    context.say(context.text(ASK));
  return judgement.refusal === undefined ? EXIT.ok : EXIT.refused;
}

const ASK: Localized = {
  en: 'the answer names its request: say which was sent with --request or --request-digest',
  it: 'la risposta indica la sua richiesta: dire quale fu inviata con --request o --request-digest',
};

/** The configuration of a gateway says how requests are judged, not answers. */
function refuseWordsOfRequests(values: Values): void {
  const given = [
    ...(values.argument(0) === undefined ? [] : ['TOKEN']),
    ...(values.string('config') === undefined ? [] : ['--config']),
    ...(values.string('route') === undefined ? [] : ['--route']),
    ...(values.string('pluginInstance') === undefined ? [] : ['--plugin-instance']),
    ...(values.string('pattern') === undefined ? [] : ['--pattern']),
    ...(values.list('crl').length === 0 ? [] : ['--crl']),
  ];
  if (given.length === 0) return;
  const list = given.join(', ');
  throw usageError(
    `${list} and --response exclude each other: an answer is judged by --aud and --anchors`,
    `${list} e --response si escludono: una risposta si giudica con --aud e --anchors`,
  );
}

interface SentRequest {
  readonly method: string;
  readonly digest: string | undefined;
}

/** What is known of the request that was sent: as a whole, or by its Digest. */
async function readSentRequest(values: Values, context: Context): Promise<SentRequest> {
  const file = values.string('request');
  const digest = values.string('requestDigest');
  if (file === undefined) return { method: 'GET', digest };
  if (digest !== undefined) {
    throw usageError('--request and --request-digest exclude each other', '--request e --request-digest si escludono');
  }
  const { method = 'GET', headers } = parseRawRequest(await readFileOrStdin(file, context));
  return { method, digest: headers.get('digest')?.[0] };
}

async function readAnswer(values: Values, method: string, context: Context): Promise<Answer> {
  const whole = values.string('response');
  if (whole !== undefined) return parseRawResponse(await readFileOrStdin(whole, context), method);
  const { lines, body } = await readPieces(values, context);
  if (lines.length === 0) {
    throw usageError(
      'nothing to verify: give --response FILE, or --headers with --body',
      'nulla da verificare: indicare --response FILE, o --headers con --body',
    );
  }
  return answerInPieces(lines, body);
}
