import { resolve } from 'node:path';
import type { Localized } from '../../core/errors';
import { devAuthorities } from '../dev-keys';
import { CliError } from '../shell/cli-error';
import type { Context } from '../shell/context';
import type { Values } from '../shell/values';

/** What an answer is held to: whom the caller believes, what the provider calls the caller, what must be in it. */
export interface AnswerTerms {
  readonly anchors: readonly string[];
  readonly certificates: readonly string[];
  readonly audience: readonly string[];
  readonly requestDigestRequired: boolean;
}

/** The terms of `modi call`: trust by default the dev keys' authorities, audience the client_id of the request. */
export function termsOfCall(values: Values, clientId: string | undefined, context: Context): AnswerTerms {
  const [anchors, certificates] = [
    paths('answerAnchors', values, context),
    paths('answerCertificates', values, context),
  ];
  const trusted = anchors.length + certificates.length > 0;
  const named = values.list('answerAud');
  return {
    anchors: trusted ? anchors : devAuthorities(resolve(context.host.cwd, values.string('dir') ?? '.modi')),
    certificates,
    audience: named.length > 0 || clientId === undefined ? named : [clientId],
    requestDigestRequired: values.flag('expectRequestDigest'),
  };
}

/** The terms of `modi verify --response`: what was said, and nothing by default. */
export const termsOfVerify = (values: Values, context: Context): AnswerTerms => ({
  anchors: paths('anchors', values, context),
  certificates: paths('certificates', values, context),
  audience: values.list('aud'),
  requestDigestRequired: values.flag('expectRequestDigest'),
});

const paths = (name: string, values: Values, context: Context): readonly string[] =>
  values.list(name).map((path) => resolve(context.host.cwd, path));

interface Flags {
  readonly audience: string;
  readonly anchors: string;
}

/** The flags without which no verdict would mean anything. */
export const missingTerms = ({ anchors, certificates, audience }: AnswerTerms, flags: Flags): readonly string[] => [
  ...(audience.length === 0 ? [flags.audience] : []),
  ...(anchors.length + certificates.length === 0 ? [flags.anchors] : []),
];

/** Why a signed answer cannot be judged. */
export function cannotJudge(missing: readonly string[], code: 'CLI_USAGE' | 'CLI_ANSWER_TRUST'): CliError {
  const flags = missing.join(', ');
  const text: Localized = {
    en: `without ${flags} nobody can say whether the signature of the answer holds; give ${missing.length === 1 ? 'it' : 'them'}`,
    it: `senza ${flags} non si può dire se la firma della risposta sia valida; indicare ${flags}`,
  };
  return new CliError(code, text);
}
