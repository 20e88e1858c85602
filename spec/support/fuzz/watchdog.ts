import { Worker } from 'node:worker_threads';

/** So many seconds on one input are a loop without end: the fuzzer would never say which input it was. */
const PATIENCE = 120;

const CODE = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const index = new Int32Array(workerData.memory);
let [seen, ticks] = [-1, 0];
setInterval(() => {
  const now = Atomics.load(index, 0);
  ticks = now === seen ? ticks + 1 : 0;
  seen = now;
  if (ticks < ${PATIENCE}) return;
  writeSync(2, 'fuzz ' + workerData.name + ': no end of input FUZZ_INDEX=' + now + ' FUZZ_SEED=' + workerData.seed + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

/** Looks on from another thread, and ends the process with the number of the input when one never ends. */
export class Watchdog {
  private readonly index: Int32Array;
  private readonly worker: Worker;

  constructor(name: string, seed: number) {
    const memory = new SharedArrayBuffer(4);
    this.index = new Int32Array(memory);
    this.worker = new Worker(CODE, { eval: true, workerData: { memory, name, seed } });
  }

  at(index: number): void {
    Atomics.store(this.index, 0, index);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
