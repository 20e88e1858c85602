import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { framed, syslogMessage } from '../../../../plugins/core/audit/sinks/syslog-message';
import { numbers, sent, SinkBench, sinkSettings } from '../../../support/audit/sink-bench';
import { frames, parseSyslog, SyslogReceiver } from '../../../support/audit/syslog-receiver';
import { mockPki, type MockPki } from '../../../support/pki';
import { tempFolder } from '../../../support/temp';
import { serverIdentity, type TlsIdentity } from '../../../support/tls-files';

let pki: MockPki;
let server: TlsIdentity;
beforeAll(async () => {
  [pki, server] = await Promise.all([mockPki(), serverIdentity()]);
});

const over = (port: number, syslog: object = {}, more: object = {}) => ({
  ...{ kind: 'syslog', ca: pki.anchorPem },
  ...more,
  syslog: { host: 'localhost', port, ...syslog },
});
const received = ({ messages }: SyslogReceiver) => messages.map(({ text }) => sent(text));

describe('a sink of syslog', () => {
  it('sends every record once, in order, over TLS, and goes on where it ended', async () => {
    const bench = await SinkBench.make(20);
    const far = await SyslogReceiver.start(server);
    await bench.drain(over(far.port));
    await bench.append(5);
    await bench.drain(over(far.port));
    expect(numbers(received(far))).toEqual(bench.all);
    expect(new Set(received(far).map(({ id }) => id)).size).toBe(bench.writer.last);
    expect(bench.told).toEqual([]);
  });

  it('tells of a record what RFC 5424 has a place for', async () => {
    const bench = await SinkBench.make(1);
    const far = await SyslogReceiver.start(server);
    await bench.drain(over(far.port, { facility: 'audit', app_name: 'modi' }));
    const message = far.messages.find(({ msgid }) => msgid === 'access');
    const { id } = sent(message?.text ?? '');
    expect(message).toMatchObject({
      ...{ pri: 13 * 8 + 6, timestamp: '2026-11-23T10:00:00.000Z', host: 'kong-1', app: 'modi', procid: '-' },
      data: `[modi@32473 id="${id}" chain="${String(sent(far.messages[0]?.text ?? '').entry['chain' as never])}"]`,
    });
    expect(message?.text).toContain('è il');
  });

  it.each([
    [200, 'successful_severity', 6],
    [404, 'client_errors_severity', 4],
    [503, 'server_errors_severity', 3],
  ])('weighs a call answered with %s by %s', async (status, field, number) => {
    const bench = await SinkBench.make();
    const far = await SyslogReceiver.start(server);
    await bench.writer.append([{ kind: 'access', members: { record: { outcome: { status } } } }], {});
    await bench.drain(over(far.port, { facility: 'kern' }));
    expect(far.messages.find(({ msgid }) => msgid === 'access')?.pri).toBe(number);
    const other = await SyslogReceiver.start(server);
    await bench.drain({ ...over(other.port, { facility: 'kern', [field]: 'debug' }), name: 'other' });
    expect(other.messages.find(({ msgid }) => msgid === 'access')?.pri).toBe(7);
  });

  it('shows its own certificate where the receiver asks for one, read anew each time', async () => {
    const bench = await SinkBench.make(1);
    const far = await SyslogReceiver.start({
      ...server,
      ca: pki.anchorPem,
      requestCert: true,
      rejectUnauthorized: true,
    });
    await bench.drain(over(far.port));
    expect(far.messages).toEqual([]);
    const own = await serverIdentity('kong-1');
    const [certificate, key] = [join(tempFolder(), 'own.pem'), join(tempFolder(), 'own.key')];
    writeFileSync(certificate, own.cert);
    writeFileSync(key, own.key);
    await bench.drain(over(far.port, { certificate, key }));
    expect(numbers(received(far))).toEqual(bench.all);
  });

  it('keeps a message that is too long, and sends the others', async () => {
    const bench = await SinkBench.make(3);
    await bench.writer.append([{ kind: 'access', members: { record: { note: 'x'.repeat(9000) } } }], {});
    const long = bench.writer.last;
    await bench.append(3);
    const far = await SyslogReceiver.start(server);
    await bench.drain(over(far.port));
    expect(numbers(received(far))).toEqual(bench.all.filter((seq) => seq !== long));
    expect(bench.dead().map(({ why, record }) => [why, record.entry.seq])).toEqual([
      ['a message is longer than 8192 octets', long],
    ]);
    await bench.drain({ ...over(far.port, { max_message_size: 20_000 }), name: 'wide' });
    expect(numbers(received(far))).toContain(long);
  });

  it('goes in the clear only where tls is off', async () => {
    const bench = await SinkBench.make(2);
    const far = await SyslogReceiver.start();
    await bench.drain(over(far.port, {}, { timeout: 1 }));
    expect(far.messages).toEqual([]);
    await bench.drain(over(far.port, { tls: false }));
    expect(numbers(received(far))).toEqual(bench.all);
  });
});

describe('a receiver of syslog that is not to be trusted, or fails', () => {
  const sends = async (tls: object, more: object = {}, syslog: object = {}) => {
    const bench = await SinkBench.make(2);
    const far = await SyslogReceiver.start({ ...server, ...tls });
    await bench.drain(over(far.port, syslog, more));
    await bench.drain(over(far.port, syslog, more));
    return { bench, far };
  };

  it.each([
    [
      'has a certificate of another name',
      async () => ({ tls: await serverIdentity('siem.example') }),
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    ['is vouched for by nobody we trust', async () => ({ more: { ca: (await serverIdentity()).cert } }), 'UNABLE_TO_'],
    ['offers TLS 1.1 alone', async () => ({ tls: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } }), ''],
  ])('%s: gets nothing, and that is told each time in one line', async (_, make, code) => {
    const { tls = {}, more = {} } = (await make()) as { tls?: object; more?: object };
    const { bench, far } = await sends(tls, more);
    expect(far.connections + far.messages.length).toBe(0);
    expect(bench.dead()).toEqual([]);
    expect(bench.waits).toHaveLength(2);
    for (const wait of bench.waits) expect(wait).toContain(`an audit sink waits: it cannot be reached (${code}`);
  });

  it('has a certificate of the name that server_name says', async () => {
    const { bench, far } = await sends(await serverIdentity('siem.example'), {}, { server_name: 'siem.example' });
    expect(numbers(received(far))).toEqual(bench.all);
  });

  it.each([
    ['closes at once', (socket) => void socket.destroy()],
    [
      'resets at once',
      (_, reset) => {
        reset();
      },
    ],
    ['resets in the middle of a frame', (socket, reset) => void socket.once('data', reset)],
    ['closes in the middle of a frame', (socket) => void socket.once('data', () => socket.destroy())],
    [
      'answers as an HTTP server does',
      (socket) => void socket.resume().once('end', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    ['answers garbage without end', (socket) => void socket.resume().write(Buffer.alloc(1_000_000, 7))],
    ['reads all and never closes', (socket) => void socket.resume()],
    ['never reads', (socket) => void socket.pause()],
  ] satisfies [string, SyslogReceiver['behave'] & object][])('%s: no receipt, all is sent again', async (_, behave) => {
    const bench = await SinkBench.make(200);
    const far = await SyslogReceiver.start(server);
    far.behave = behave;
    const settings = over(far.port, {}, { timeout: 1, queue: { max_batch_size: 10_000 } });
    await bench.drain(settings);
    expect(bench.waits).toHaveLength(1);
    far.behave = undefined;
    await bench.drain(settings);
    expect(numbers(received(far))).toEqual(bench.all);
    expect(bench.dead()).toEqual([]);
  });
});

describe('a message of syslog', () => {
  const settings = sinkSettings({ kind: 'syslog', syslog: { host: 'x' } }).syslog;
  const itemOf = (id: string, chain: string, text: string) => ({
    ...{ id, text },
    entry: {
      ...{ node: 'n', chain, seq: 1, prev: '', hash: '', at: '2026-11-23T10:00:00.000Z', kind: 'access' },
      members: {},
      file: '',
      offset: 0,
    },
  });

  it('holds whatever text in its frame, and whatever id in its structured data', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string(), fc.string())), (texts) => {
        const items = texts.map(([text, id, chain]) => itemOf(id, chain, JSON.stringify(text)));
        const { messages, rest } = frames(framed(items.map((item) => syslogMessage(item, settings))));
        expect(rest).toBe(0);
        const parsed = messages.map(parseSyslog);
        expect(parsed.map(({ text }) => text)).toEqual(items.map(({ text }) => text));
        const unescaped = parsed.map(({ data }) => data.replaceAll(/\\(["\\\]])/g, '$1'));
        expect(unescaped).toEqual(items.map(({ id, entry }) => `[modi@32473 id="${id}" chain="${entry.chain}"]`));
      }),
    );
  });
});
