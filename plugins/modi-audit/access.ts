import { Refusal, VerificationError } from '../core/errors';
import { expectAnswer, takeOver, type Evidence, type HandedOver } from '../core/evidence';
import type { JsonValue, Kong } from '../runtime/kong';
import { requestBody, type BodyEvidence } from './body-evidence';
import { redact } from './redaction';
import { refuse } from './refuse';
import { requestEvidence } from './request-evidence';
import type { Route } from './route';
import { store } from './store';

/**
 * The access phase, after every other plugin of the request: what is not meant for the service never gets here. Ends with
 * the evidence on its way, or on the disk, or with a refusal.
 */
export async function access(kong: Kong, route: Route, now: number): Promise<void> {
  const { writer } = route;
  if (writer !== undefined && route.isHasty) {
    kong.log.setSerializeValue('modi.evidence', recordOf(route));
    writer.offerLater(kong.atEnd(() => factsOf(kong, route)).then((facts) => evidenceOf(route, facts, now)));
    return;
  }
  try {
    const accepted = writer === undefined ? undefined : await keep(kong, route, now);
    kong.log.setSerializeValue('modi.evidence', recordOf(route));
    redact(kong, route.redact, accepted?.verification.headers);
  } catch (error) {
    if (error instanceof Refusal) await refuse(kong, route, error, 'access');
    throw error;
  }
}

/** What Kong and modi-verify know of the request. */
interface RequestFacts {
  readonly kongId: string | undefined;
  /** The random id that modi-verify has given it; undefined when it did not run. */
  readonly ownId: string | undefined;
  readonly accepted: HandedOver | undefined;
  readonly body: BodyEvidence | undefined;
}

async function factsOf(kong: Kong, { config }: Route): Promise<RequestFacts> {
  const [shared, kongId, body] = await Promise.all([
    kong.ctxShared.get('modi'),
    kong.nginx.getVar('kong_request_id'),
    config.evidence === 'full' ? requestBody(kong.request.getRawBody(), config.max_body_size) : undefined,
  ]);
  const ownId = ownIdOf(shared);
  return { kongId, ownId, accepted: ownId === undefined ? undefined : takeOver(ownId), body };
}

/** Stores the evidence of the request, and answers what modi-verify has left of it. */
async function keep(kong: Kong, route: Route, now: number): Promise<HandedOver | undefined> {
  const facts = await factsOf(kong, route);
  if (facts.accepted === undefined && route.config.durability === 'before_response') {
    throw new VerificationError('MODI_EVIDENCE_INCOMPLETE');
  }
  await store(route, evidenceOf(route, facts, now));
  return facts.accepted;
}

function evidenceOf({ config }: Route, { kongId, ownId, accepted, body }: RequestFacts, now: number): Evidence {
  const { content, materials } =
    accepted === undefined
      ? { content: body === undefined ? {} : { body }, materials: [] }
      : requestEvidence(accepted, body);
  // Kong before 3.5 has no id of its own.
  const requestId = kongId ?? ownId;
  if (ownId !== undefined && requestId !== undefined) expectAnswer(ownId, requestId);
  const { organization } = config;
  const incomplete = accepted === undefined;
  const item = {
    requestId,
    part: 'request',
    at: now,
    incomplete,
    content: { organization, id: ownId, ...content },
  } as const;
  return { item, materials };
}

function ownIdOf(shared: JsonValue | undefined): string | undefined {
  if (typeof shared !== 'string') return undefined;
  const id = (JSON.parse(shared) as Record<string, unknown>)['request_id'];
  return typeof id === 'string' ? id : undefined;
}

/** `modi.evidence` in Kong's log record: that evidence is to be expected, and by which rules. */
const recordOf = ({ config, configVersion }: Route): JsonValue => ({
  organization: config.organization,
  evidence: config.evidence,
  durability: config.durability,
  config_version: configVersion,
});
