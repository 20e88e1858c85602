import { Refusal, VerificationError } from '../core/errors';
import { takeOver, type HandedOver } from '../core/evidence';
import type { JsonValue, Kong } from '../runtime/kong';
import { requestBody } from './body-evidence';
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
  try {
    const accepted = await keep(kong, route, now);
    kong.log.setSerializeValue('modi.evidence', recordOf(route));
    redact(kong, route.redact, accepted?.verification.headers);
  } catch (error) {
    if (error instanceof Refusal) await refuse(kong, route, error, 'access');
    throw error;
  }
}

/** Stores the evidence of the request, and answers what modi-verify has left of it. */
async function keep(kong: Kong, { config, writer }: Route, now: number): Promise<HandedOver | undefined> {
  if (writer === undefined) return undefined;
  const { durability, evidence, organization, max_body_size: maxBody } = config;
  const [shared, kongId, body] = await Promise.all([
    kong.ctxShared.get('modi'),
    kong.nginx.getVar('kong_request_id'),
    evidence === 'full' ? requestBody(kong.request.getRawBody(), maxBody) : undefined,
  ]);
  const ownId = ownIdOf(shared);
  const accepted = ownId === undefined ? undefined : takeOver(ownId);
  if (accepted === undefined && durability === 'before_response')
    throw new VerificationError('MODI_EVIDENCE_INCOMPLETE');
  const { content, materials } =
    accepted === undefined
      ? { content: { incomplete: true, ...(body === undefined ? {} : { body }) }, materials: [] }
      : requestEvidence(accepted, body);
  // Kong before 3.5 has no id of its own.
  const requestId = kongId ?? ownId;
  const item = { requestId, part: 'request' as const, at: now, content: { organization, id: ownId, ...content } };
  await store(writer, durability, item, materials);
  return accepted;
}

/** The random id that modi-verify has given the request; undefined when it did not run. */
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
