import type { Localized } from '../../core/errors';
import { issueCertificate, type Issued, type IssueOptions } from '../../core/pki';

export const DAY = 86_400;

export interface DevFile {
  readonly name: string;
  readonly text: string;
  /** Private keys: readable by the owner alone. */
  readonly secret: boolean;
  readonly about: Localized;
}

export type Validity = Pick<IssueOptions, 'notBefore' | 'notAfter'>;

/** An authority for end entities; older than the expired client, so that only one thing is wrong with that one. */
export const makeAuthority = (name: string, now: number, notAfter: number): Promise<Issued> =>
  issueCertificate({
    subject: `C=IT, O=kong-plugin-modi, CN=${name}`,
    notBefore: date(now - 61 * DAY),
    notAfter: date(notAfter),
    ca: true,
    pathLength: 0,
  });

/** Certificate and key as the two files `name`.pem and `name`.key. */
export const pair = (name: string, { pem, privateKey }: Issued, about: Localized): readonly DevFile[] => [
  { name: `${name}.pem`, text: pem, secret: false, about },
  {
    name: `${name}.key`,
    text: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    secret: true,
    about: KEY,
  },
];

export const date = (seconds: number): Date => new Date(seconds * 1000);

const KEY: Localized = { en: 'its private key', it: 'la sua chiave privata' };
