import { randomInt, type KeyObject } from 'node:crypto';
import { digestHeader, type DigestAlgorithm, type HeaderList, type SignedToken } from '../../core/sign';
import { nearest } from '../../core/text';
import { readFurtherClaims, readMessage, readPatterns, type WireRequest } from '../request';
import { usageError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';
import { PDND_BREAKAGES, type PdndBreakage } from './breakages';
import { readConsumer } from './consumer';
import { auditDraft, integrityDraft, newProofKey, proofDraft, sha256, signed, type Occasion } from './drafts';
import { requestVoucher } from './voucher';

const PATTERNS = ['ID_AUTH_REST_01', 'INTEGRITY_REST_02', 'AUDIT_REST_01', 'AUDIT_REST_02'] as const;

/** Tracked data of an invented operator, unless --claim says others. */
const TRACKED = { userID: 'op-4711', userLocation: 'desk-12', LoA: 'substantial' };

/** A request as a consumer of the platform sends it, and who it says it is. */
export interface PdndCall {
  readonly wire: WireRequest;
  /** The body before anything was spoilt. */
  readonly body: Buffer;
  readonly clientId: string;
  readonly breakage: PdndBreakage | undefined;
}

/**
 * Plays a whole consumer: audit token, voucher (asked for at the platform), integrity token, proof; with a breakage,
 * spoilt in exactly one way.
 *
 * @throws CliError CLI_USAGE for options that do not fit, CLI_NETWORK or CLI_VOUCHER when the platform gives no voucher.
 */
export async function buildPdndCall(values: Values, url: URL, audience: string, context: Context): Promise<PdndCall> {
  const breakage = readPdndBreakage(values.string('break'));
  const patterns = readPatterns(values.string('pattern') ?? 'ID_AUTH_REST_01', PATTERNS);
  const message = await readMessage(values, context);
  const { host } = context;
  const occasion: Occasion = {
    consumer: readConsumer(values, context),
    audience,
    now: host.now(),
    ttl: values.integer('ttl', 1, 86_400) ?? 60,
    newId: () => host.newId(),
  };
  const plan = {
    occasion,
    breakage,
    audit: patterns.find((pattern) => pattern.startsWith('AUDIT')),
    integrity: patterns.includes('INTEGRITY_REST_02') && message.body.length > 0,
    proofKey: values.flag('dpop') ? newProofKey() : undefined,
  };
  requireNeeds(plan, breakage);
  const evidence = await signEvidence(plan, values);
  const timeout = values.integer('timeout', 1, 3600) ?? 30;
  const auditDigest = plan.audit === 'AUDIT_REST_02' ? evidence && sha256(evidence.jws).toString('hex') : undefined;
  const voucher = await requestVoucher(occasion, { auditDigest, proofKey: plan.proofKey, timeout });
  const sent = breakage?.otherAudit === true ? await signEvidence(plan, values) : evidence;
  const digested: HeaderList = plan.integrity
    ? [...message.headers, ['Digest', digestHeader(message.body, digestAlgorithm(values))]]
    : message.headers;
  const tokens = [
    await proofToken(plan, { method: message.method, url: url.origin + url.pathname, voucher }),
    sent,
    await integrityToken(plan, digested),
  ].filter((token) => token !== undefined);
  const authorization = ['Authorization', `${plan.proofKey === undefined ? 'Bearer' : 'DPoP'} ${voucher}`] as const;
  const headers = [...digested, authorization, ...tokens.map(({ header, jws }) => [header, jws] as const)];
  const wire = { method: message.method, headers, body: message.body, tokens };
  const { clientId } = occasion.consumer;
  return { wire: breakage?.wire?.(wire) ?? wire, body: message.body, clientId, breakage };
}

interface Plan {
  readonly occasion: Occasion;
  readonly breakage: PdndBreakage | undefined;
  readonly audit: string | undefined;
  readonly integrity: boolean;
  readonly proofKey: KeyObject | undefined;
}

const digestAlgorithm = (values: Values) => (values.string('digestAlgorithm') ?? 'SHA-256') as DigestAlgorithm;

async function signEvidence({ occasion, audit, breakage }: Plan, values: Values): Promise<SignedToken | undefined> {
  if (audit === undefined) return undefined;
  const dnonce = audit === 'AUDIT_REST_02' ? randomInt(1e12, 1e13 - 1) : undefined;
  const draft = auditDraft(occasion, { ...TRACKED, ...readFurtherClaims(values) }, dnonce);
  return signed('Agid-JWT-TrackingEvidence', breakage?.audit?.(draft) ?? draft);
}

async function integrityToken(
  { occasion, integrity, breakage }: Plan,
  headers: HeaderList,
): Promise<SignedToken | undefined> {
  if (!integrity) return undefined;
  const draft = integrityDraft(occasion, headers);
  return signed('Agid-JWT-Signature', breakage?.integrity?.(draft) ?? draft);
}

async function proofToken(
  { occasion, proofKey, breakage }: Plan,
  request: { readonly method: string; readonly url: string; readonly voucher: string },
): Promise<SignedToken | undefined> {
  if (proofKey === undefined) return undefined;
  const draft = proofDraft(occasion, proofKey, request);
  return signed('DPoP', breakage?.proof?.(draft) ?? draft);
}

function readPdndBreakage(name: string | undefined): PdndBreakage | undefined {
  if (name === undefined) return undefined;
  const breakage = Object.hasOwn(PDND_BREAKAGES, name) ? PDND_BREAKAGES[name] : undefined;
  if (breakage !== undefined) return breakage;
  const names = Object.keys(PDND_BREAKAGES);
  const meant = nearest(name, names) ?? names.join(', ');
  throw usageError(
    `--break with --pdnd does not know "${name}"; did you mean ${meant}?`,
    `--break con --pdnd non conosce "${name}"; forse ${meant}?`,
  );
}

function requireNeeds({ audit, integrity, proofKey }: Plan, breakage: PdndBreakage | undefined): void {
  const has = { dpop: proofKey !== undefined, audit: audit !== undefined, integrity };
  if (breakage?.needs === undefined || has[breakage.needs]) return;
  const what = {
    dpop: '--dpop',
    audit: 'AUDIT_REST_01, AUDIT_REST_02',
    integrity: 'INTEGRITY_REST_02, --body',
  }[breakage.needs];
  throw usageError(`this --break needs ${what}`, `questo --break richiede ${what}`);
}
