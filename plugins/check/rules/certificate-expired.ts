import { isoDay } from '../dates';
import type { Rule } from '../types';

export const CERTIFICATE_EXPIRED: Rule = {
  code: 'MODI_CHECK_CERTIFICATE_EXPIRED',
  severity: 'error',
  problem: { en: 'the certificate {subject} expired on {end}', it: 'il certificato {subject} è scaduto il {end}' },
  remedy: {
    en: 'replace it; nothing that depends on it is accepted or signed',
    it: 'sostituirlo; nulla che ne dipende è accettato o firmato',
  },
  *find({ certificates }, { now }) {
    for (const { at, subject, notAfter } of certificates) {
      if (notAfter < now) yield { at, words: { subject, end: isoDay(notAfter) } };
    }
  },
};
