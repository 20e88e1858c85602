import type { OptionDeclaration } from '../shell/command';

export const EXPECT_REQUEST_DIGEST: OptionDeclaration = {
  flags: '--expect-request-digest',
  about: {
    en: 'the answer must name the Digest of the request (PROFILE_NON_REPUDIATION_01)',
    it: 'la risposta deve indicare il Digest della richiesta (PROFILE_NON_REPUDIATION_01)',
  },
};

/** How `modi call` judges the answer it gets. */
export const ANSWER_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--expect-signed',
    about: {
      en: 'refuse an accepted answer that is not signed; without it only signed ones are verified',
      it: 'rifiuta una risposta positiva non firmata; altrimenti si verificano solo quelle firmate',
    },
  },
  {
    flags: '--answer-anchors <FILE>',
    about: {
      en: 'authorities of who signs answers, PEM (default: those in --dir)',
      it: 'autorità di chi firma le risposte, PEM (predefinito: quelle in --dir)',
    },
    repeat: true,
  },
  {
    flags: '--answer-certificates <FILE>',
    about: { en: 'certificates of who signs answers, PEM', it: 'certificati di chi firma le risposte, PEM' },
    repeat: true,
  },
  {
    flags: '--answer-aud <AUDIENCE>',
    about: {
      en: 'audience accepted in answers (default: client_id of the request)',
      it: 'audience ammessa nelle risposte (predefinito: client_id della richiesta)',
    },
    repeat: true,
  },
  EXPECT_REQUEST_DIGEST,
];
