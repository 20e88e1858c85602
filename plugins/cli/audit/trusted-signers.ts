import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { OpenedSigner } from '../../core/audit';
import { VerificationError } from '../../core/errors';
import { compileTrust, type TrustMaterial } from '../../core/trust';
import { configured } from '../shell/config-fault';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import { readFile } from '../shell/input';
import type { Values } from '../shell/values';
import { resolve } from 'node:path';

/** Whether a signer of checkpoints is one to believe at this time (RFC 3339). */
export type TrustsSigner = (signer: OpenedSigner, at: string) => boolean;

/** A chain of a qualified seal with its cross certificates stays below. */
const MAX_CHAIN = 8;

/**
 * Who may have signed, by --anchors and --key; undefined when nothing was said, and every key that the chain states is
 * taken.
 *
 * @throws CliError CLI_FILE, CLI_KEY or CLI_CONFIG.
 */
export function trustedSigners(values: Values, context: Context): TrustsSigner | undefined {
  const anchors = values.list('anchors').map((path) => resolve(context.host.cwd, path));
  const keys = values.list('key').map((path) => publicKey(path, context));
  if (anchors.length === 0 && keys.length === 0) return undefined;
  const trust = anchors.length === 0 ? undefined : compileAnchors(anchors, context);
  return (signer, at) =>
    keys.some((key) => key.equals(signer.key)) || (trust !== undefined && vouchesFor(trust, signer, at));
}

/** @throws CliError CLI_CONFIG naming the certificate that is none to trust. */
export const compileAnchors = (
  anchors: readonly string[],
  context: Context,
  extendedKeyUsage: readonly string[] | null = null,
): TrustMaterial =>
  configured('', () =>
    compileTrust({ anchors, certificates: null, maxChain: MAX_CHAIN, extendedKeyUsage }, context.host.now()),
  );

const vouchesFor = (trust: TrustMaterial, { certificates }: OpenedSigner, at: string): boolean =>
  isOfTrusted(trust, certificates, Date.parse(at) / 1000);

/** Judged at the time of the signature (seconds since the epoch): a certificate that expired since does not undo it. */
export function isOfTrusted(trust: TrustMaterial, certificates: readonly X509Certificate[], at: number): boolean {
  if (certificates.length === 0) return false;
  try {
    trust.byChain(
      certificates.map(({ raw }) => raw),
      at,
    );
    return true;
  } catch (error) {
    if (error instanceof VerificationError) return false;
    throw error;
  }
}

/** A public key, or the one of a certificate, in PEM or JWK. */
function publicKey(path: string, context: Context): KeyObject {
  const bytes = readFile(path, context);
  try {
    const text = bytes.toString('utf8').trimStart();
    if (!text.startsWith('{')) return createPublicKey(bytes);
    return createPublicKey({ key: JSON.parse(text) as Record<string, unknown>, format: 'jwk' });
  } catch (cause) {
    const text = {
      en: `${path} holds no public key or certificate in PEM or JWK`,
      it: `${path} non contiene una chiave pubblica o un certificato in PEM o JWK`,
    };
    throw new CliError('CLI_KEY', text, { cause });
  }
}
