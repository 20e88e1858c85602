import type { OptionDeclaration } from '../shell/command';

/** The addresses of the gateway: the same words in `modi dev` and `modi start`. */
export const LISTEN_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--listen <ADDRESS>',
    about: { en: 'where the gateway listens: HOST:PORT or PORT', it: 'dove il gateway ascolta: HOST:PORTA o PORTA' },
    default: '127.0.0.1:8000',
  },
  { flags: '--tls-listen <ADDRESS>', about: { en: 'listen with TLS here too', it: 'ascolta anche qui, con TLS' } },
  {
    flags: '--tls-cert <FILE>',
    about: {
      en: 'its certificate (default: .modi/server.pem)',
      it: 'il suo certificato (predefinito: .modi/server.pem)',
    },
  },
  {
    flags: '--tls-key <FILE>',
    about: { en: 'its private key (default: .modi/server.key)', it: 'la sua chiave (predefinita: .modi/server.key)' },
  },
];
