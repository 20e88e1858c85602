import { isBefore } from '../versions';
import { distinct, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const HTTP2_SIGNED: Rule = {
  code: 'MODI_CHECK_HTTP2_SIGNED',
  severity: 'error',
  problem: {
    en: 'Kong before 3.9 cannot buffer answers of http2, which modi-sign needs, and {conf} listens with http2',
    it: 'Kong prima della 3.9 non bufferizza le risposte http2, come serve a modi-sign, e {conf} ascolta con http2',
  },
  remedy: {
    en: 'take http2 away from proxy_listen, or use Kong 3.9',
    it: 'togliere http2 da proxy_listen, o usare Kong 3.9',
  },
  *find(file, { kong, kongConf }) {
    const listeners = kongConf?.list('proxy_listen') ?? [];
    if (kong === undefined || !isBefore(kong, [3, 9]) || !listeners.some((one) => /\bhttp2\b/.test(one))) return;
    for (const { path } of distinct(signedRoutes(file))) yield { at: path, words: { conf: kongConf?.name ?? '' } };
  },
};
