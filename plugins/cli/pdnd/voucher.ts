import type { KeyObject } from 'node:crypto';
import { send } from '../request';
import { CliError } from '../shell/cli-error';
import { assertionDraft, proofDraft, signed, type Occasion } from './drafts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface VoucherTerms {
  /** SHA-256 of the audit token in hexadecimal, where the voucher shall name one. */
  readonly auditDigest: string | undefined;
  /** The key that the voucher shall be bound to. */
  readonly proofKey: KeyObject | undefined;
  /** Seconds until the platform is given up. */
  readonly timeout: number;
}

/**
 * Asks the platform for a voucher by client assertion.
 * @throws CliError CLI_NETWORK without an answer, CLI_VOUCHER when the platform gives none.
 */
export async function requestVoucher(occasion: Occasion, terms: VoucherTerms): Promise<string> {
  const { consumer } = occasion;
  const assertion = await signed('Authorization', assertionDraft(occasion, terms.auditDigest));
  const form = new URLSearchParams({
    client_id: consumer.clientId,
    client_assertion: assertion.jws,
    client_assertion_type: ASSERTION_TYPE,
    grant_type: 'client_credentials',
  });
  const proof = terms.proofKey && (await signed('DPoP', proofOf(occasion, terms.proofKey)));
  const headers = [
    ['Content-Type', 'application/x-www-form-urlencoded'] as const,
    ...(proof === undefined ? [] : [['DPoP', proof.jws] as const]),
  ];
  const request = { method: 'POST', headers, body: Buffer.from(form.toString()), tokens: [] };
  const answer = await send(request, consumer.tokenUri, { timeout: terms.timeout });
  const voucher = answer.status === 200 ? accessToken(answer.body) : undefined;
  if (voucher === undefined) throw noVoucher(answer.status, consumer.tokenUri);
  return voucher;
}

const proofOf = (occasion: Occasion, key: KeyObject) =>
  proofDraft(occasion, key, { method: 'POST', url: occasion.consumer.tokenUri.href });

function accessToken(body: Buffer): string | undefined {
  try {
    const { access_token: token } = JSON.parse(body.toString('utf8')) as { access_token?: unknown };
    return typeof token === 'string' ? token : undefined;
  } catch {
    // No JSON, no voucher: the caller reports the status.
    return undefined;
  }
}

/** The platform has one code for nearly every cause, and tells none. */
const noVoucher = (status: number, { origin }: URL) =>
  new CliError('CLI_VOUCHER', {
    en: `${origin} answers ${status} and gives no voucher; it does not say why: check client id, purpose, key and kid, audience of the assertion, the clock`,
    it: `${origin} risponde ${status} e non rilascia il voucher, senza dire perché: verificare client id, finalità, chiave e kid, audience dell'assertion, orologio`,
  });
