import { modiRoutes, routeName } from '../questions';
import type { Rule } from '../types';

export const HTTPS_REDIRECT: Rule = {
  code: 'MODI_CHECK_HTTPS_REDIRECT',
  severity: 'warning',
  problem: {
    en: 'the route {route} redirects http with {status}: the signed call has then already travelled in clear, and 301, 302 turn POST into GET',
    it: 'la rotta {route} rimanda http con {status}: la chiamata firmata è già passata in chiaro, e 301, 302 mutano POST in GET',
  },
  remedy: {
    en: 'set https_redirect_status_code: 426, which is the default',
    it: 'impostare https_redirect_status_code: 426, il predefinito',
  },
  fixable: true,
  *find(file) {
    for (const { route } of modiRoutes(file)) {
      const status = route.fields['https_redirect_status_code'];
      if (typeof status !== 'number' || status === 426) continue;
      const at = [...route.path, 'https_redirect_status_code'];
      yield { at, words: { route: routeName(route), status }, fix: { kind: 'set', path: at, value: 426 } };
    }
  },
};
