import { array, boolean, integer, record, string } from '../core/schema';

/** `trust.ocsp`, `channel.ocsp`: responders that are asked whether certificates are revoked. */
export const ocspSchema = record({
  description:
    'Responders that are asked whether certificates are revoked (RFC 6960). In use when responders or hosts is set.',
  fields: {
    policy: string({
      description:
        'What is done where no responder answers. required (when not set, and responders or hosts is): each certificate below the anchor needs a current answer, else 503. if_present: it passes, and the log says revocation: unchecked. off: nobody is asked.',
      one_of: ['required', 'if_present', 'off'],
    }),
    responders: array({
      description:
        'URLs of http or https that are asked about every certificate, one after the other until one answers.',
      len_min: 1,
      elements: string({ description: 'The URL of a responder.' }),
    }),
    hosts: array({
      description:
        'Hosts of responders that certificates name themselves (authorityInfoAccess) and that may be asked, when responders is not set: with the port where it is not the one of the scheme, as in ocsp.example:8080. No other host or port is ever asked.',
      len_min: 1,
      elements: string({ description: 'A host name, as it stands in the certificates, or host:port.' }),
    }),
    responder_certificates: array({
      description:
        'Certificates whose answers are believed, whoever issued them: PEM text or a path, as for anchors, but read once, when the configuration is loaded. Not needed for answers signed by the issuer, or by whom it has delegated.',
      elements: string({ description: 'PEM certificates, a file of certificates, or a folder of files.' }),
    }),
    nonce: boolean({
      description: 'Send a nonce with every question, and refuse answers that do not repeat it.',
      default: false,
    }),
    fall_back_to_crl: boolean({
      description:
        'Where no responder answers, a current list of crls does. With false, responders and lists are judged each by its own policy.',
      default: true,
    }),
    timeout: integer({
      description: 'Longest time of one question to one responder, in milliseconds.',
      default: 2000,
      between: [100, 15000],
    }),
    refresh: integer({
      description: 'Longest time between two questions about a certificate that is in use, in seconds.',
      default: 3600,
      between: [60, 604800],
    }),
    max_age: integer({
      description: 'Greatest age of an answer by its thisUpdate, in seconds, also when its nextUpdate is later.',
      default: 604800,
      between: [60, 2592000],
    }),
  },
});
