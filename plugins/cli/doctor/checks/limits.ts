import { fail, ok, same, warn, type Finding } from '../../checklist';
import { isBefore, listOf, optionOf, type KongSettings } from '../../kong';
import type { Facts } from '../facts';
import { isStock, packEntries } from './entries';
import { placeOf, say } from './words';

/** What nginx and Kong do before and after our plugins: sizes, buffers, HTTP/2, and who sees our log. */
export function checkLimits(facts: Facts, plugins: readonly string[]): readonly Finding[] {
  const { settings } = facts;
  if (settings === undefined) return [];
  return [
    headerBuffers(settings.of),
    ...bodySizes(facts, settings.of),
    ...requestBuffer(facts, settings.of),
    ...answerBuffering(facts),
    ...http2(facts, settings.of),
    logLevel(settings.of, plugins),
  ];
}

const KIB: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** A size of nginx: `8k`, `10m`. */
function bytesOf(size: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)$/i.exec(size ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits) * (KIB[unit.toLowerCase()] ?? 1);
}

const LARGE_HEADER = 16 * 1024;

function headerBuffers(settings: KongSettings): Finding {
  const name = 'nginx_http_large_client_header_buffers';
  const value = settings.get(name) ?? settings.get('nginx_proxy_large_client_header_buffers') ?? '4 8k';
  const each = bytesOf(value.split(/\s+/)[1]) ?? 0;
  if (each >= LARGE_HEADER) return ok('header size', same(value));
  return warn(
    'header size',
    say(
      `${value}: a token with its certificates can be longer, nginx then answers 400`,
      `${value}: un token con i certificati può superarlo, nginx risponde 400`,
    ),
    same(`${name} = 8 32k`),
  );
}

const sizeIn = (config: Readonly<Record<string, unknown>>): number | undefined =>
  typeof config['max_body_size'] === 'number' ? config['max_body_size'] : undefined;

/** nginx refuses larger bodies with a 413 of its own, which names no code. */
function bodySizes({ entities }: Facts, settings: KongSettings): readonly Finding[] {
  const value = settings.get('nginx_http_client_max_body_size') ?? settings.get('client_max_body_size') ?? '0';
  const nginx = bytesOf(value) ?? 0;
  const larger = (entities?.plugins ?? []).filter(
    ({ name, config }) => name === 'modi-verify' && (sizeIn(config) ?? 0) > nginx,
  );
  if (nginx === 0 || larger.length === 0) return [ok('body size', same(`nginx_http_client_max_body_size ${value}`))];
  return larger.map((plugin) =>
    warn(
      'body size',
      say(
        `${placeOf(plugin, entities?.routes)} takes ${sizeIn(plugin.config) ?? 0} bytes, nginx ${nginx}`,
        `${placeOf(plugin, entities?.routes)} accetta ${sizeIn(plugin.config) ?? 0} byte, nginx ${nginx}`,
      ),
      say(
        'make nginx_http_client_max_body_size as large, or config.max_body_size smaller',
        'aumentare nginx_http_client_max_body_size, o ridurre config.max_body_size',
      ),
    ),
  );
}

/** Our own server reads a large body from nginx's file; the stock one gets it only as long as it is in memory. */
function requestBuffer({ entities, version }: Facts, settings: KongSettings): readonly Finding[] {
  if (!isStock(settings))
    return [
      ok('buffering', say('bodies of any size, from nginx’s file', 'corpi di ogni dimensione, dal file di nginx')),
    ];
  const value = settings.get('nginx_http_client_body_buffer_size') ?? settings.get('client_body_buffer_size') ?? '8k';
  const integrity = (entities?.plugins ?? []).filter(({ config }) =>
    JSON.stringify(config['patterns'] ?? []).includes('INTEGRITY'),
  );
  const largest = Math.max(0, ...integrity.map(({ config }) => sizeIn(config) ?? 0));
  if (integrity.length === 0 || (bytesOf(value) ?? 0) >= largest)
    return [ok('buffering', same(`nginx_http_client_body_buffer_size ${value}`))];
  const older = version !== undefined && isBefore(version, 3, 8);
  const found = say(
    `with the stock server a body above ${value} is refused with 500`,
    `con il server standard un corpo oltre ${value} è rifiutato con 500`,
  );
  const todo = say(
    'raise nginx_http_client_body_buffer_size to config.max_body_size',
    'portare nginx_http_client_body_buffer_size a config.max_body_size',
  );
  return [older ? fail('buffering', found, todo) : warn('buffering', found, todo)];
}

/** Signing needs the whole answer: Kong buffers it, whatever the route says, and streams stop being streams. */
function answerBuffering({ entities }: Facts): readonly Finding[] {
  const signed = (entities?.plugins ?? []).filter(({ name, enabled }) => name === 'modi-sign' && enabled);
  return (entities?.routes ?? [])
    .filter(({ responseBuffering }) => !responseBuffering)
    .filter(({ key, service }) =>
      signed.some(
        (plugin) =>
          plugin.route === key ||
          (plugin.route === undefined && (plugin.service === undefined || plugin.service === service)),
      ),
    )
    .map(({ name }) =>
      warn(
        'buffering',
        say(`${name} has response_buffering: false and signs`, `${name} ha response_buffering: false e firma`),
        say(
          'signed answers are buffered all the same: take one of the two away',
          'le risposte firmate sono comunque bufferizzate: togliere una delle due',
        ),
      ),
    );
}

/** Before 3.9 Kong cannot buffer an answer for a client that speaks HTTP/2. */
function http2({ version, entities }: Facts, settings: KongSettings): readonly Finding[] {
  const signs = entities?.plugins.some(({ name, enabled }) => name === 'modi-sign' && enabled) ?? false;
  if (!signs || version === undefined || !isBefore(version, 3, 9)) return [];
  const listeners = listOf(settings.get('proxy_listen'));
  if (!listeners.some((one) => /\bhttp2\b/.test(one)))
    return [
      ok('http2', say('off, as modi-sign needs it below Kong 3.9', 'spento, come serve a modi-sign prima di Kong 3.9')),
    ];
  return [
    fail(
      'http2',
      same(listeners.join(', ')),
      say(
        `take http2 out of proxy_listen: Kong ${version.text} cannot sign over it`,
        `togliere http2 da proxy_listen: Kong ${version.text} non può firmare`,
      ),
    ),
  ];
}

function logLevel(settings: KongSettings, plugins: readonly string[]): Finding {
  const level = settings.get('log_level') ?? 'notice';
  const startedByKong = packEntries(settings, plugins).some((entry) =>
    /--socket/.test(settings.get(optionOf(entry, 'start_cmd')) ?? ''),
  );
  if (level === 'debug')
    return warn(
      'log level',
      same(level),
      say('not for production: slow, and it writes much', 'non per la produzione: lento e prolisso'),
    );
  if (!startedByKong || level === 'info') return ok('log level', same(level));
  return warn(
    'log level',
    say(`${level} hides what the plugin server says`, `${level} nasconde ciò che dice il plugin server`),
    say(
      'log_level = info, or run it as a service of its own: docs/existing-kong.md, step 5',
      'log_level = info, o eseguirlo come servizio: docs/existing-kong.md, passo 5',
    ),
  );
}
