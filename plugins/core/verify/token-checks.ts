import type { TokenKind } from '../errors';
import { checkAudience } from './check-audience';
import { checkCertificate } from './check-certificate';
import { checkClaims } from './check-claims';
import { checkForm } from './check-form';
import { checkJose } from './check-jose';
import { checkJti } from './check-jti';
import { checkKeyReference } from './check-key-reference';
import { checkRevocation } from './check-revocation';
import { checkSignature } from './check-signature';
import { checkTimes } from './check-times';
import type { Check } from './types';

/** What every token goes through. Signature before claims: an unsigned statement is not worth reading. */
export const tokenChecks = (kind: TokenKind): readonly Check[] => [
  checkForm(kind),
  checkJose(kind),
  checkKeyReference(kind),
  checkCertificate(kind),
  checkRevocation(kind),
  checkSignature(kind),
  checkClaims(kind),
  checkTimes(kind),
  checkAudience(kind),
  checkJti(kind),
];
