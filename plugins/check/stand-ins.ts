import { issueCertificate, issueCrl, type KeyKind } from '../core/pki';

/** Texts that can stand where a file is named that is not on this machine. The most willing comes first: a key with its certificate. */
export type StandIns = readonly string[];

const made = new Map<KeyKind, Promise<StandIns>>();

/** An authority, a key with its certificate, and a revocation list; keys of one kind, made once per process. */
export function standInsOf(key: KeyKind): Promise<StandIns> {
  const known = made.get(key) ?? make(key);
  made.set(key, known);
  return known;
}

async function make(key: KeyKind): Promise<StandIns> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) };
  const authority = await issueCertificate({ ...validity, subject: 'CN=stand-in authority', ca: true });
  const party = await issueCertificate({ ...validity, subject: 'CN=stand-in party', issuer: authority, key });
  const list = await issueCrl({
    issuer: authority,
    revoked: [],
    thisUpdate: validity.notBefore,
    nextUpdate: validity.notAfter,
  });
  const privateKey = party.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return [`${privateKey}${party.pem}`, party.pem, authority.pem, list.pem];
}
