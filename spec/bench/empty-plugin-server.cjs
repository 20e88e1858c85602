// Plugins that make the very same calls on Kong as modi-verify on an accepted request and modi-sign on a signed answer,
// in the same batches, with values of the same size, and verify and sign nothing: what is left between them and the
// real ones is the verification and the signature.
const { describe } = require('../../dist/runtime/describe.js');
const { Instances } = require('../../dist/runtime/instances.js');
const { startServer } = require('../../dist/runtime/server.js');
const { pino } = require('pino');

const HEADERS = {
  authorization: [],
  'agid-jwt-signature': [],
  digest: [],
  'x-modi-request-id': '0'.repeat(32),
  'x-modi-client': 'CF:IT-80012000000',
  'x-modi-patterns': 'ID_AUTH_REST_02,INTEGRITY_REST_01',
  'x-modi-issuer': 'comune-di-esempio',
  'x-modi-subject': 'protocollo-app',
  'x-modi-client-id': 'comune-di-esempio/protocollo',
  'x-modi-jti': '00000000-0000-4000-8000-000000000000',
  'x-modi-organization': 'CF:IT-80012000000',
  'x-modi-certificate-subject': 'CN=Comune di Prova,O=Comune,organizationIdentifier=CF:IT-80012000000',
  'x-modi-certificate-sha256': 'A'.repeat(43),
};

const TOKEN = {
  iss: 'comune-di-esempio',
  sub: 'protocollo-app',
  client_id: 'comune-di-esempio/protocollo',
  aud: ['https://api.ente.example/rest/anagrafe/v1'],
  jti: '00000000-0000-4000-8000-000000000000',
  iat: 1800000000,
  exp: 1800000060,
  key: `x5t#S256:${'A'.repeat(43)}`,
};

const RECORD = {
  request_id: '00000000-0000-4000-8000-000000000000',
  outcome: 'accepted',
  patterns: ['ID_AUTH_REST_02', 'INTEGRITY_REST_01'],
  client: 'CF:IT-80012000000',
  organization: 'CF:IT-80012000000',
  certificate_subject: HEADERS['x-modi-certificate-subject'],
  certificate_sha256: 'A'.repeat(43),
  authorization: TOKEN,
  integrity: TOKEN,
  digest: `SHA-256=${'A'.repeat(43)}=`,
  body_bytes: 1024,
  config_version: '0'.repeat(32),
  trust_version: 'A'.repeat(43),
};

const ANSWER = {
  outcome: 'signed',
  jti: TOKEN.jti,
  key: TOKEN.key,
  digest: RECORD.digest,
  status: 200,
  config_version: RECORD.config_version,
};

/** What modi-verify masks in the log on routes with an audit pattern. */
const AUDITED = ['userid', 'userlocation', 'loa'];

async function access(kong) {
  const headers = await kong.request.getHeaders(1000);
  if (headers.has('dpop')) await Promise.all([kong.request.getMethod(), kong.request.getPathWithQuery()]);
  if (headers.has('agid-jwt-signature')) await kong.request.getRawBody();
  if (headers.has('agid-jwt-trackingevidence')) {
    for (const name of AUDITED) kong.log.setSerializeValue(`request.headers.x-modi-audit-${name}`, 'REDACTED');
  }
  kong.ctxShared.set('modi', JSON.stringify({ version: 1, ...RECORD }));
  kong.ctxShared.set('authenticated_groups', ['modi']);
  kong.log.setSerializeValue('modi', RECORD);
  kong.serviceRequest.setHeaders(HEADERS);
}

/** What modi-sign says to Kong for one answer. */
async function response(kong) {
  await Promise.all([
    kong.ctxShared.get('modi'),
    kong.nginx.getVar('http_x_modi_request_id'),
    kong.serviceResponse.getStatus(),
    kong.nginx.getVar('sent_http_content_type'),
    kong.nginx.getVar('sent_http_content_encoding'),
    kong.serviceResponse.getRawBody(),
  ]);
  kong.log.setSerializeValue('modi.response', ANSWER);
  kong.log.setSerializeValue('response.headers.agid-jwt-signature', 'REDACTED');
  kong.response.setHeaders({ 'Agid-JWT-Signature': 'A'.repeat(1400), Digest: `SHA-256=${'A'.repeat(43)}=` });
}

const plugin = (name, priority, phases) => ({
  name,
  version: '0.1.0',
  priority,
  phases: Object.keys(phases),
  schema: [],
  create: () => phases,
});

const PLUGINS = [plugin('bench-access', 1455, { access }), plugin('bench-response', 758, { response })];

const described = process.argv[process.argv.indexOf('--describe') + 1];
const found = PLUGINS.find(({ name }) => name === described);
if (found !== undefined) {
  process.stdout.write(`${describe(found)}\n`);
} else {
  const logger = pino({ level: 'silent' });
  void startServer({
    instances: new Instances(PLUGINS),
    logger,
    recorder: { event: () => undefined },
    socketPath: process.argv[process.argv.indexOf('--socket') + 1],
    deadlineMs: 5000,
    maxFrameBytes: 64 * 1024 * 1024,
  });
}
