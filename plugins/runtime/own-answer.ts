import type { HeaderValues } from './kong';

/** Headers of the service's answer that would be lies, or leaks, on a body of our own. */
const OF_THE_SERVICE = [
  'Accept-Ranges',
  'Agid-JWT-Signature',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Location',
  'Content-Range',
  'Digest',
  'ETag',
  'Last-Modified',
  'Location',
  'Set-Cookie',
];

/** Removes them: `exit` in the response phase replaces the body, and keeps the service's headers. */
export const WITHOUT_SERVICE_HEADERS: HeaderValues = Object.fromEntries(OF_THE_SERVICE.map((name) => [name, []]));
