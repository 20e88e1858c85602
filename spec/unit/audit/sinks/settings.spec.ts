import { describe, expect, it } from 'vitest';
import { farEndOf, readSettings } from '../../../../plugins/core/audit';

const settingsOf = (...sinks: object[]) =>
  readSettings({ organization: 'Ente', spool: ['x'], chain: { directory: 'x', key: { file: 'x' } }, sinks }).sinks;
const http = { name: 'a', http_endpoint: 'https://siem.example' };

describe('the settings of sinks', () => {
  it('are of kind http when they do not say, as files had it before there were kinds', () => {
    expect(settingsOf(http)).toMatchObject([{ kind: 'http', format: 'json', timeout: 10 }]);
  });

  it('refuse two of one name, and an unknown field', () => {
    expect(() => settingsOf(http, http)).toThrow(/another sink/);
    expect(() => settingsOf({ ...http, timeut: 3 })).toThrow(/did you mean timeout/);
    expect(() => settingsOf({ name: 'a', kind: 'syslog', syslog: { hots: 'x' } })).toThrow(/did you mean host/);
  });

  it.each([
    [{ kind: 'http', syslog: { host: 'x' } }, 'sinks[1].syslog'],
    [{ kind: 'syslog', http_endpoint: 'https://x' }, 'sinks[1].http_endpoint'],
    [{ kind: 'syslog', headers: { a: 'b' } }, 'sinks[1].headers'],
    [{ kind: 'redis', ca: '/etc/ca.pem' }, 'sinks[1].ca'],
    [{ kind: 'opentelemetry', format: 'json' }, 'sinks[1].format'],
  ])('refuse %j, which would have no effect', (sink, field) => {
    expect(() => settingsOf({ name: 'a', ...sink })).toThrow(`config.${field}: has no effect with kind ${sink.kind}`);
  });

  it.each([
    [{ kind: 'http' }, 'sinks[2].http_endpoint'],
    [{ kind: 'syslog' }, 'sinks[2].syslog.host'],
    [{ kind: 'opentelemetry' }, 'sinks[2].opentelemetry.logs_endpoint'],
    [{ kind: 'redis' }, 'sinks[2].redis'],
    [{ kind: 'redis', redis: { host: 'a', sentinel_master: 'm' } }, 'sinks[2].redis'],
    [{ kind: 'redis', redis: { host: 'a', ssl_ca: ['/no/such.pem'] } }, 'sinks[2].redis.ssl_ca[1]'],
  ])('refuse %j, which does not say where the far end is', (sink, field) => {
    const [settings] = settingsOf({ name: 'a', ...sink });
    expect(() => farEndOf(settings!, (name) => name, 'sinks[2]')).toThrow(`config.${field}: `);
  });
});
