import { randomUUID } from 'node:crypto';
import type { ChannelFacts } from '../core/channel';
import { Refusal } from '../core/errors';
import { handOver } from '../core/evidence';
import { newVerification, runStage, stages } from '../core/verify';
import type { RequestLine, Verification } from '../core/verify';
import type { Kong } from '../runtime/kong';
import { askChannel } from './channel';
import { authenticateConsumer } from './consumer';
import { groupsOf } from './groups';
import { readBody, wantsBodyEarly } from './body';
import { claimTokens } from './replay';
import { agreedResend, allowsResends } from './resend';
import { namesOf } from './pdnd-facts';
import { acceptedRecord, contextRecord } from './record';
import { noteClock } from './note-clock';
import { maskHeaders } from './mask';
import { refuse } from './refuse';
import type { Route } from './route';
import { serviceHeaders } from './service-headers';
import { checkHeaderCount, MAX_HEADERS } from './header-count';

export { compileRoute } from './route';

/**
 * The access phase. Reads what it needs of the request, lets the judges of `core/verify` speak stage by stage, and
 * either refuses with the code of the first check that does not hold, or tells Kong and the service who called.
 */
export async function access(kong: Kong, route: Route, now: number): Promise<void> {
  const { headers, request, channel } = await readHead(kong, route);
  const judgement: Judgement = { verification: newVerification(route.policy, headers, now, request, channel) };
  try {
    await judge(kong, route, judgement);
  } catch (error) {
    if (error instanceof Refusal) await refuse(kong, route, judgement.verification, error);
    throw error;
  }
}

/** What the tokens are judged by. Request line and connection only where they are judged: each question costs. */
async function readHead(kong: Kong, { policy }: Route): Promise<Head> {
  const proofs = policy.pdnd?.schemes.includes('DPoP') === true;
  if (!proofs && policy.channel === undefined) {
    return { headers: await kong.request.getHeaders(MAX_HEADERS), request: undefined, channel: undefined };
  }
  const [headers, request, channel] = await Promise.all([
    kong.request.getHeaders(MAX_HEADERS),
    proofs ? requestLine(kong) : undefined,
    askChannel(kong, policy.channel),
  ]);
  return { headers, request, channel };
}

interface Head {
  readonly headers: Verification['headers'];
  readonly request: RequestLine | undefined;
  readonly channel: ChannelFacts | undefined;
}

async function requestLine(kong: Kong): Promise<RequestLine> {
  const [method, target] = await Promise.all([kong.request.getMethod(), kong.request.getPathWithQuery()]);
  return { method, target };
}

/** What has been found out about a request, wherever the judges stop. */
interface Judgement {
  verification: Verification;
}

async function judge(kong: Kong, route: Route, judgement: Judgement): Promise<void> {
  const { headers, now, request, channel } = judgement.verification;
  checkHeaderCount(headers);
  // A small body travels while the signatures are checked; a large one only for those whose tokens are good.
  const early = wantsBodyEarly(route.policy, headers) ? kong.request.getRawBody() : undefined;
  // When a token is refused first, nobody waits for the body any more.
  early?.catch(() => undefined);
  // One turn, so that the question is on its way before the signatures keep this thread busy.
  if (early !== undefined) await Promise.resolve();

  const waiting = route.prepare(now);
  if (waiting !== undefined) {
    await waiting;
    // What was waited for may have changed what is trusted.
    judgement.verification = newVerification(route.policy, headers, now, request, channel);
  }

  const { verification } = judgement;
  try {
    const fetching = runStage(stages.tokens(verification), verification, route.keys);
    if (fetching !== undefined) await fetching;
  } finally {
    noteClock(verification);
  }
  if (route.policy.integrity !== undefined) {
    verification.body = await readBody(early ?? kong.request.getRawBody(), verification);
  }
  const asking = runStage([...stages.body(verification), ...stages.party()], verification, route.keys);
  if (asking !== undefined) await asking;

  const consumer = await authenticateConsumer(kong, route, verification);
  const resend = allowsResends(route) ? await agreedResend(kong, route, verification) : undefined;
  const claim = claimTokens(route, verification, now, resend);
  // The memory of this process answers at once: no turn of the event loop for it.
  const claimed = claim instanceof Promise ? await claim : claim;

  verification.names = namesOf(route, verification);
  const requestId = randomUUID();
  handOver(requestId, { verification, ...claimed });
  const accepted = acceptedRecord(route, verification, { requestId, ...claimed });
  const changes = serviceHeaders(route.config, verification, { requestId, attempt: claimed.attempt });
  kong.serviceRequest.setHeaders(changes);
  maskHeaders(kong, headers, changes);
  kong.log.setSerializeValue('modi', accepted);
  consumer?.authenticate();
  // What opens the gates comes last: where Kong goes on when the plugin server dies in between, nothing is half done.
  kong.ctxShared.set('modi', JSON.stringify(contextRecord(accepted, verification)));
  const groups = groupsOf(route, verification, consumer?.consumer);
  if (groups.length > 0) kong.ctxShared.set('authenticated_groups', groups);
}
