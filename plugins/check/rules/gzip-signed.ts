import { distinct, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const GZIP_SIGNED: Rule = {
  code: 'MODI_CHECK_GZIP_SIGNED',
  severity: 'error',
  problem: {
    en: '{option} of {conf} compresses answers after modi-sign has signed them: no caller can verify them',
    it: '{option} di {conf} comprime le risposte dopo la firma di modi-sign: nessun chiamante può verificarle',
  },
  remedy: {
    en: 'switch it off; a service may compress its answers itself, before they are signed',
    it: 'spegnerlo; un servizio può comprimere le risposte da sé, prima della firma',
  },
  *find(file, { kongConf }) {
    const option = ['nginx_proxy_gzip', 'nginx_http_gzip'].find((one) => kongConf?.value(one) === 'on');
    if (option === undefined || kongConf === undefined) return;
    for (const { path } of distinct(signedRoutes(file))) yield { at: path, words: { option, conf: kongConf.name } };
  },
};
