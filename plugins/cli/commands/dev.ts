import {
  LISTEN_OPTIONS,
  openDevPlatform,
  openGateway,
  PLATFORM_OPTIONS,
  readAddress,
  readConfigFile,
  readListeners,
} from '../serve';
import type { CommandDefinition } from '../shell/command';
import { EXIT } from '../shell/exit-codes';

export const devCommand: CommandDefinition = {
  about: {
    en: 'Run a kong.yml, unmodified, on the embedded gateway: for trying, teaching and testing; production is Kong.\nOne line per request on stderr. Ends with Ctrl-C.',
    it: "Esegue un kong.yml, non modificato, sul gateway incorporato: per provare e collaudare; in produzione c'è Kong.\nUna riga per richiesta su stderr. Termina con Ctrl-C.",
  },
  arguments: [
    { name: '[KONG_YML]', about: { en: 'the file (default: kong.yml)', it: 'il file (predefinito: kong.yml)' } },
  ],
  options: [
    ...LISTEN_OPTIONS,
    {
      flags: '--workers <COUNT>',
      about: { en: "Kong's worker processes to imitate", it: 'processi worker di Kong da imitare' },
      default: '1',
    },
    ...PLATFORM_OPTIONS,
  ],
  examples: [
    { line: 'modi dev kong.yml', about: { en: 'on 127.0.0.1:8000', it: 'su 127.0.0.1:8000' } },
    {
      line: 'modi dev kong.yml --listen 8080 --tls-listen 8443',
      about: { en: 'elsewhere, and with TLS', it: 'altrove, e con TLS' },
    },
    {
      line: 'modi dev kong.yml --pdnd --pdnd-listen 9092',
      about: { en: 'with a mock PDND', it: 'con una PDND simulata' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'ended by Ctrl-C or SIGTERM', it: 'terminato da Ctrl-C o SIGTERM' }],
    [EXIT.failed, { en: 'kong.yml is wrong, or a port is taken', it: 'kong.yml errato, o porta occupata' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    const stopped = context.host.stopped();
    const config = readConfigFile(values.argument(0) ?? 'kong.yml', context);
    const listen = readListeners(values, context);
    const workers = values.integer('workers', 1, 64) ?? 1;
    const [first = readAddress('8000', '--listen')] = listen;
    const platform = await openDevPlatform(values, first, context);
    try {
      const gateway = await openGateway({ config, listen, workers }, context);
      if (platform !== undefined) context.print(`pdnd  ${platform.url}`);
      for (const { host, port, tls } of gateway.addresses) context.print(readyLine(host, port, tls));
      await stopped;
      await gateway.close();
    } finally {
      await platform?.close();
    }
    return EXIT.ok;
  },
};

const readyLine = (host: string, port: number, tls: boolean): string =>
  `ready ${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
