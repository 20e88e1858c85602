import { toByteString } from '../byte-strings';

/** Kong's sentences for the statuses it answers by itself. */
const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  413: 'Payload too large',
  414: 'URI too long',
  429: 'Too many requests',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'The upstream server is currently unavailable',
  504: 'The upstream server is timing out',
};

const JSON_TYPE = 'application/json; charset=utf-8';
const MIME_TYPES: Readonly<Record<string, string>> = {
  'text/html': 'text/html; charset=utf-8',
  'text/plain': 'text/plain; charset=utf-8',
  'text/*': 'text/plain; charset=utf-8',
  'application/xml': 'application/xml; charset=utf-8',
};

/** Body and content type of an error made by the gateway itself, in the form the client accepts (JSON by default). */
export function kongError(
  status: number,
  message: string | undefined,
  requestId: string,
  accept: string | undefined,
): { body: Buffer; contentType: string } {
  const contentType = accept === undefined ? JSON_TYPE : preferred(accept);
  const text = toByteString(message ?? MESSAGES[status] ?? 'An unexpected error occurred');
  return { body: Buffer.from(template(contentType, text, requestId), 'latin1'), contentType };
}

/** The media type of highest quality; the first one wins a draw; unknown ones mean JSON. */
function preferred(accept: string): string {
  let best = JSON_TYPE;
  let bestQuality = 0;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.trim().split(/\s*;\s*/);
    const quality = Number(/^q=(.*)$/.exec(parameters.find((one) => one.startsWith('q=')) ?? '')?.[1] ?? 1);
    if (!type.includes('/') || !(quality > bestQuality)) continue;
    bestQuality = quality;
    best = MIME_TYPES[type.toLowerCase()] ?? JSON_TYPE;
  }
  return best;
}

function template(contentType: string, message: string, requestId: string): string {
  if (contentType.startsWith('text/plain')) return `${message}\nrequest_id: ${requestId}\n`;
  if (contentType.startsWith('text/html')) {
    return `<!doctype html>\n<html><head><title>Error</title></head><body><h1>Error</h1>\n<p>${message}.</p>\n<p>request_id: ${requestId}</p></body></html>\n`;
  }
  if (contentType.startsWith('application/xml')) {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<error><message>${message}</message><requestid>${requestId}</requestid></error>\n`;
  }
  return `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`;
}
