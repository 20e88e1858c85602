import { isoDay } from '../dates';
import type { Rule } from '../types';

export const CERTIFICATE_EXPIRING: Rule = {
  code: 'MODI_CHECK_CERTIFICATE_EXPIRING',
  severity: 'warning',
  problem: {
    en: 'the certificate {subject} expires on {end}, in {days} days',
    it: 'il certificato {subject} scade il {end}, fra {days} giorni',
  },
  remedy: {
    en: 'have its successor ready: anchors and pinned certificates may stand side by side, a key file may be replaced while Kong runs',
    it: 'preparare il successore: ancore e certificati possono convivere, il file della chiave si sostituisce a caldo',
  },
  *find({ certificates }, { now, expiresWithin }) {
    for (const { at, subject, notAfter } of certificates) {
      if (notAfter < now || notAfter > now + expiresWithin) continue;
      yield { at, words: { subject, end: isoDay(notAfter), days: Math.floor((notAfter - now) / 86_400) } };
    }
  },
};
