import { createPublicKey, type KeyObject } from 'node:crypto';
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
  const trust = anchors.length === 0 ? undefined : compile(anchors, context);
  return (signer, at) =>
    keys.some((key) => key.equals(signer.key)) || (trust !== undefined && vouchesFor(trust, signer, at));
}

const compile = (anchors: readonly string[], context: Context): TrustMaterial =>
  configured('', () =>
    compileTrust({ anchors, certificates: null, maxChain: MAX_CHAIN, extendedKeyUsage: null }, context.host.now()),
  );

/** Judged at the time of the signature: a certificate that has expired since does not undo it. */
function vouchesFor(trust: TrustMaterial, { certificates }: OpenedSigner, at: string): boolean {
  if (certificates.length === 0) return false;
  try {
    trust.byChain(
      certificates.map(({ raw }) => raw),
      Date.parse(at) / 1000,
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
