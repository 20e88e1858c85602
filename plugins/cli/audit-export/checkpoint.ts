import { openTimestamp, sealOf, signerIdOf, type StatedSigner } from '../../core/audit';
import type { Bundle } from './bundle';
import { epochSeconds, putCertificates, putJwk } from './keys';
import { putClaims, putSignature, wholeToken } from './signature';

/** Where a checkpoint stands in the bundle. */
interface CheckpointPlace {
  /** The folder for its files. */
  readonly folder: string;
  readonly stretch: string;
  /** Line of the stretch, counted from one. */
  readonly number: number;
}

/** A checkpoint as openssl can check it, with the key that the chain states for it, and its time stamp (DER). */
export function putCheckpoint(
  bundle: Bundle,
  { folder, stretch, number }: CheckpointPlace,
  line: Buffer,
  signers: readonly StatedSigner[],
  stamp: Buffer | undefined,
): void {
  const { at, hash } = JSON.parse(line.toString('utf8')) as { readonly at: string; readonly hash: string };
  const jws = sealOf(line)?.jws ?? '';
  const [token, signer] = [wholeToken(jws), signers.find(({ id }) => id === signerIdOf(jws))];
  // A verified checkpoint has both.
  if (token === undefined || signer === undefined) throw new Error(`the checkpoint of ${folder} cannot be taken apart`);
  bundle.put(`${folder}/line.json`, line);
  putClaims(bundle, folder, jws);
  putSignature(bundle, folder, token);
  if (signer.jwk === undefined) putCertificates(bundle, folder, signer.certificates ?? []);
  else putJwk(bundle, folder, signer.jwk);
  bundle.check('checkpoint', folder, stretch, number, epochSeconds(at));
  if (stamp === undefined) return;
  bundle.put(`${folder}/timestamp.tst`, stamp);
  bundle.check('timestamp', folder, Math.floor(openTimestamp(stamp, hash).time / 1000));
}
