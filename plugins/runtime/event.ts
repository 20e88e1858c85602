import type { Logger } from 'pino';
import { wireKong } from './adapters/protobuf';
import type { Dialogue } from './adapters/dialogue';
import { guard, type PhaseDoor } from './guard';
import type { Instances, LiveInstance } from './instances';
import type { Recorder } from './metrics';
import { runPhase, type Phase } from './plugin';

/** A broken configuration is compiled again no more often than this. */
const RETRY_BROKEN_SECONDS = 5;

export interface EventContext {
  readonly instances: Instances;
  readonly recorder: Recorder;
  readonly logger: Logger;
  readonly deadlineMs: number;
}

/** Runs one event of Kong from its name to its end. Never rejects. */
export async function runEvent(
  { instances, recorder, logger, deadlineMs }: EventContext,
  instanceId: number,
  eventName: string,
  dialogue: Dialogue,
): Promise<void> {
  const live = current(instances, instanceId);
  if (live === undefined) {
    // The words Kong looks for before it starts the instance anew (plugin-server protocol).
    dialogue.endWithError('no plugin instance');
    return;
  }
  const phase = eventName as Phase;
  const began = process.hrtime.bigint();
  const log = (problem: string, cause: unknown): void => {
    logger.error({ err: cause, plugin: live.plugin.name, instance: live.id, phase }, problem);
  };
  const { outcome, code } = await guard(
    phase,
    phaseOf(live, phase),
    wireKong(dialogue),
    doorOf(dialogue),
    deadlineMs,
    log,
  );
  recorder.event(live.plugin.name, phase, outcome, code, Number(process.hrtime.bigint() - began) / 1e9);
}

function current(instances: Instances, id: number): LiveInstance | undefined {
  const live = instances.get(id);
  if (live?.broken === undefined) return live;
  return Date.now() / 1000 - live.startedAt < RETRY_BROKEN_SECONDS ? live : instances.retry(live);
}

function phaseOf(live: LiveInstance, phase: Phase): Parameters<typeof guard>[1] {
  return (kong) => {
    if (live.broken !== undefined) throw live.broken;
    return runPhase(live.instance, phase, kong);
  };
}

function doorOf(dialogue: Dialogue): PhaseDoor {
  return {
    exit: (status, body, headers) => {
      try {
        wireKong(dialogue).response.exit(status, body, headers);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ExitSignal') throw error;
      }
    },
    pass: () => {
      dialogue.end();
    },
    clearResponseHeader: (name) => {
      dialogue.command('kong.response.clear_header', { v: Buffer.from(name, 'latin1') });
    },
  };
}
