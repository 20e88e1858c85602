import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Localized } from '../../core/errors';
import {
  devKeysIn,
  makeDevKeys,
  makeMissingProvider,
  missingPdndKeys,
  PROVIDER_FILES,
  writeDevKeys,
} from '../dev-keys';
import { quoted } from '../request';
import {
  addressText,
  callableAddress,
  LISTEN_OPTIONS,
  listenError,
  openGateway,
  openPlatform,
  readAddress,
  readConfigFile,
  readListeners,
  startCollector,
  startSampleService,
  type Address,
  type ConfigSource,
} from '../serve';
import { CliError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { utc } from '../shell/time-text';

/** The addresses that the sample kong.yml is written for. */
const SAMPLE = { gateway: '127.0.0.1:8000', service: '127.0.0.1:9001', platform: '127.0.0.1:9002' } as const;
const PDND_PATH = '/rest/pdnd/v1';
const KEYS = '.modi';
const PATH = '/rest/anagrafe/v1/persone';

export const startCommand: CommandDefinition = {
  about: {
    en: 'Run the sample: makes dev keys under .modi at the first start, starts a sample service, the embedded\ngateway with kong.yml and the collector of the audit chain (.modi/audit), and prints a call that is refused and one that is accepted. Ends with Ctrl-C.',
    it: "Esegue l'esempio: al primo avvio crea le chiavi in .modi, avvia un servizio di esempio, il gateway\nincorporato con kong.yml e il collettore della catena di audit (.modi/audit), e stampa una chiamata rifiutata e una accettata. Termina con Ctrl-C.",
  },
  options: [
    ...LISTEN_OPTIONS,
    {
      flags: '--service-listen <ADDRESS>',
      about: { en: 'where the sample service listens', it: 'dove ascolta il servizio di esempio' },
      default: SAMPLE.service,
    },
    {
      flags: '--platform-listen <ADDRESS>',
      about: {
        en: 'where the mock of the PDND listens, if kong.yml names it',
        it: 'dove ascolta la PDND simulata, se kong.yml la indica',
      },
      default: SAMPLE.platform,
    },
    {
      flags: '--config <FILE>',
      about: { en: 'kong.yml to run (default: the sample)', it: "kong.yml da eseguire (predefinito: l'esempio)" },
    },
  ],
  examples: [
    { line: 'modi start', about: { en: 'gateway on 8000, service on 9001', it: 'gateway su 8000, servizio su 9001' } },
    {
      line: 'modi start --listen 8080 --service-listen 9081',
      about: { en: 'when those ports are taken', it: 'quando quelle porte sono occupate' },
    },
  ],
  exits: [
    [EXIT.ok, { en: 'ended by Ctrl-C or SIGTERM', it: 'terminato da Ctrl-C o SIGTERM' }],
    [EXIT.failed, { en: 'could not start: port, file or kong.yml', it: 'avvio impossibile: porta, file o kong.yml' }],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
  ],

  async run(values, context) {
    const stopped = context.host.stopped();
    await ensureDevKeys(context);
    const serviceAddress = readAddress(values.string('serviceListen') ?? SAMPLE.service, '--service-listen');
    const listen = readListeners(values, context);
    const [plain = readAddress(SAMPLE.gateway, '--listen')] = listen;
    const callable = callableAddress(plain);
    const file = values.string('config') ?? samplePath('kong.yml', context);
    const source = readConfigFile(file, context);
    const withPlatform = source.text.includes(SAMPLE.platform);
    const platformAddress = readAddress(values.string('platformListen') ?? SAMPLE.platform, '--platform-listen');
    const platform = withPlatform ? await openSamplePlatform(platformAddress, callable, context) : undefined;
    const config = readdressed(source, callable, serviceAddress, platformAddress);

    const service = await startSampleService(serviceAddress).catch(async (cause: unknown) => {
      await platform?.close();
      throw listenError(cause, serviceAddress, '--service-listen') ?? cause;
    });
    try {
      const gateway = await openGateway({ config, listen }, context);
      const collector = await startCollector(samplePath('audit.yml', context), context);
      invite(callable, withPlatform ? platformAddress : undefined, context);
      await stopped;
      await gateway.close();
      await collector.close();
    } finally {
      await service.close();
      await platform?.close();
    }
    return EXIT.ok;
  },
};

/** The file of that name in the working directory, else the one that came with the package. */
function samplePath(name: string, context: Context): string {
  const here = join(context.host.cwd, name);
  return existsSync(here) ? name : resolve(__dirname, '../../..', name);
}

/** The sample names its own addresses, audiences among them: run elsewhere, it names the other ones. */
function readdressed(
  { name, text }: ConfigSource,
  gateway: Address,
  service: Address,
  platform: Address,
): ConfigSource {
  return {
    name,
    text: text
      .replaceAll(SAMPLE.gateway, addressText(gateway))
      .replaceAll(SAMPLE.service, addressText(callableAddress(service)))
      .replaceAll(SAMPLE.platform, addressText(callableAddress(platform))),
  };
}

function openSamplePlatform(listen: Address, gateway: Address, context: Context): ReturnType<typeof openPlatform> {
  const audience = `http://${addressText(gateway)}${PDND_PATH}`;
  return openPlatform({ listen, directory: KEYS, audience }, context).catch((cause: unknown) => {
    throw listenError(cause, listen, '--platform-listen') ?? cause;
  });
}

async function ensureDevKeys(context: Context): Promise<void> {
  await ensureCertificates(context);
  const directory = resolve(context.host.cwd, KEYS);
  writeDevKeys(missingPdndKeys(directory), directory, false);
}

async function ensureCertificates(context: Context): Promise<void> {
  const directory = resolve(context.host.cwd, KEYS);
  const now = context.host.now();
  const existing = devKeysIn(directory);
  if (existing === undefined) {
    writeDevKeys((await makeDevKeys(now)).files, directory, false);
    context.say(context.text({ en: `dev keys made in ${KEYS}`, it: `chiavi di sviluppo create in ${KEYS}` }));
    return;
  }
  if (existing.notAfter <= now) throw endedKeys(existing.notAfter);
  if (existing.provider) return;
  writeDevKeys(await makeMissingProvider(now, existing.notAfter), directory, false);
  context.say(context.text(PROVIDER_ADDED));
}

const endedKeys = (notAfter: number) =>
  new CliError('CLI_FILE', {
    en: `the dev keys in ${KEYS} ended ${utc(notAfter)}; make new ones: modi keygen --dev --force`,
    it: `le chiavi in ${KEYS} sono scadute il ${utc(notAfter)}; crearne di nuove: modi keygen --dev --force`,
  });

const PROVIDER_ADDED: Localized = {
  en: `the keys in ${KEYS} had no provider: made one, issued by ${KEYS}/${PROVIDER_FILES.authority}`,
  it: `le chiavi in ${KEYS} erano senza erogatore: creato, emesso da ${KEYS}/${PROVIDER_FILES.authority}`,
};

/** What to do now, ready to be copied. */
function invite(gateway: Address, platform: Address | undefined, context: Context): void {
  const url = `http://${addressText(gateway)}`;
  const { style } = context;
  const line = (about: string, command: string) => {
    context.print();
    context.print(style.faint(`# ${about}`));
    context.print(command);
  };
  context.print(`ready ${url}`);
  line(context.text({ en: 'refused: no token', it: 'rifiutata: nessun token' }), `curl -i ${url}${PATH}`);
  line(
    context.text({ en: 'accepted: signed with a dev key', it: 'accettata: firmata con una chiave di sviluppo' }),
    `npx modi call ${url}${PATH} --pattern ID_AUTH_REST_02,INTEGRITY_REST_01 --body ${quoted('{"codice":"AB12"}')}`,
  );
  if (platform !== undefined) {
    const where = addressText(callableAddress(platform));
    const elsewhere = where === SAMPLE.platform ? '' : ` --platform http://${where}`;
    line(
      context.text({
        en: 'accepted: with a voucher of the mock PDND',
        it: 'accettata: con un voucher della PDND simulata',
      }),
      `npx modi call ${url}${PDND_PATH}/persone --pdnd${elsewhere} --pattern AUDIT_REST_02,INTEGRITY_REST_02 --dpop --body ${quoted('{"codice":"AB12"}')}`,
    );
  }
  context.print();
}
