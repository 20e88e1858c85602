import { constants, setPriority } from 'node:os';
import { ChainError, Collector, findingText, type LogReceiver } from '../../core/audit';
import { setNoticeSink } from '../../core/notices';
import { claimChain, collectorSinks, collectorWorld, ensureFolder, openReceiver, readCollectorFile } from '../audit';
import { CliError } from '../shell/cli-error';
import type { CommandDefinition } from '../shell/command';
import { configured } from '../shell/config-fault';
import type { Context } from '../shell/context';
import { EXIT } from '../shell/exit-codes';
import { fileError } from '../shell/input';

export const auditCollectCommand: CommandDefinition = {
  about: {
    en: 'Follow the spool that Kong’s file-log writes, join it with the evidence, and append every request to the audit\nchain, once. Goes on where the chain ends, whatever happened meanwhile. Ends with Ctrl-C.',
    it: 'Segue lo spool scritto da file-log di Kong, lo unisce alle prove e aggiunge ogni richiesta alla catena di audit,\nuna volta sola. Riprende da dove la catena finisce, qualunque cosa sia successa. Termina con Ctrl-C.',
  },
  options: [
    {
      flags: '--config <FILE>',
      about: {
        en: 'the file of the collector, see docs/audit-chain.md',
        it: 'il file del collettore, vedi docs/audit-chain.md',
      },
      default: 'audit.yml',
    },
    {
      flags: '--once',
      about: {
        en: 'end when all that is there is in the chain',
        it: 'termina quando tutto ciò che c’è è nella catena',
      },
    },
  ],
  examples: [
    {
      line: 'modi audit collect --config audit.yml',
      about: { en: 'beside a Kong, as a service of its own', it: 'accanto a un Kong, come servizio a sé' },
    },
  ],
  exits: [
    [
      EXIT.ok,
      {
        en: 'ended by Ctrl-C or SIGTERM, all that was read is sealed',
        it: 'terminato da Ctrl-C o SIGTERM, tutto il letto è sigillato',
      },
    ],
    [
      EXIT.failed,
      {
        en: 'could not start: file, key, or another collector',
        it: 'avvio impossibile: file, chiave, o un altro collettore',
      },
    ],
    [EXIT.usage, { en: 'wrong command line', it: 'riga di comando errata' }],
    [
      EXIT.broken,
      { en: 'the chain was changed: nothing is built on it', it: 'la catena è stata alterata: nulla vi si aggiunge' },
    ],
  ],

  async run(values, context) {
    const file = values.string('config') ?? 'audit.yml';
    const settings = readCollectorFile(file, context);
    const world = configured(`${file}: `, () => collectorWorld(settings, context));
    const sinks = configured(`${file}: `, () => collectorSinks(settings, world, context));
    ensureFolder(world.chain);
    const claim = await claimChain(world.chain, world.node);
    const once = values.flag('once');
    // Whoever is called waits for Kong, and nobody for the chain: on a machine without room Kong goes first.
    if (!once) setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const stop = new AbortController();
    void context.host.stopped().then(() => {
      stop.abort();
    });
    setNoticeSink(({ level, message, fields }) => {
      context.say(JSON.stringify({ level, msg: message, ...fields }));
    });
    let receiver: LogReceiver | undefined;
    try {
      const collector = await Collector.open(settings, world);
      if (!once) receiver = await openReceiver(settings, context);
      context.print(context.text({ en: `collecting into ${world.chain}`, it: `raccolta in ${world.chain}` }));
      if (once) {
        await collector.catchUp(stop.signal);
        await Promise.all(sinks.map((sink) => sink.drain(stop.signal)));
      } else await Promise.all([collector.run(stop.signal), ...sinks.map((sink) => sink.run(stop.signal))]);
      return EXIT.ok;
    } catch (error) {
      return tellDamage(error, world.chain, context);
    } finally {
      await receiver?.close();
      // A sink must not outlive a collector that failed.
      stop.abort();
      claim.close();
    }
  },
};

function tellDamage(error: unknown, folder: string, context: Context): number {
  if (error instanceof ChainError) {
    const { code, file, seq } = error.finding;
    const { en, it } = findingText(error.finding);
    context.say(`${file}: ${seq}: ${context.text({ en, it })}  ${code}`);
    context.say(context.text(MOVE));
    return EXIT.broken;
  }
  if (error instanceof Error && 'syscall' in error) throw fileError(folder, error);
  throw error instanceof Error ? error : new CliError('CLI_INTERNAL', { en: String(error), it: String(error) });
}

const MOVE = {
  en: 'nothing is added to a damaged chain: keep it, move it away, and start again; the spool still has what is not in it',
  it: 'a una catena danneggiata non si aggiunge nulla: conservarla, spostarla e ripartire; lo spool ha ancora ciò che manca',
};
