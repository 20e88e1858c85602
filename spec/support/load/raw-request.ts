import type { TestRequest } from '../requests';

/** The bytes of one HTTP/1.1 request. */
export function rawRequest(path: string, { headers, body }: TestRequest, method = 'POST'): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}: ${one}`),
  );
  const head = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
