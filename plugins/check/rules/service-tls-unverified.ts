import { modiRoutes } from '../questions';
import type { Rule } from '../types';

export const SERVICE_TLS_UNVERIFIED: Rule = {
  code: 'MODI_CHECK_SERVICE_TLS_UNVERIFIED',
  severity: 'warning',
  problem: {
    en: 'the certificate of the service is not verified: anybody on the way can answer in its place',
    it: 'il certificato del servizio non è verificato: chiunque lungo la via può rispondere al suo posto',
  },
  remedy: {
    en: 'set tls_verify: true, and ca_certificates where the authority is your own',
    it: 'impostare tls_verify: true, e ca_certificates se la CA è propria',
  },
  *find(file) {
    const services = new Set(modiRoutes(file).flatMap(({ route }) => route.service ?? []));
    for (const { path, fields } of services) {
      if (fields['tls_verify'] === false) yield { at: [...path, 'tls_verify'] };
    }
  },
};
