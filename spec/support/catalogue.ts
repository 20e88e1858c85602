/** Files of a catalogue of the given size; the same ones each time. */
export function largeCatalogue(sizes: {
  services: number;
  organisations: number;
  agreements: number;
}): readonly string[] {
  const each = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');
  return [
    `catalogue: 1
provider:
  name: Ente
  base_url: https://api.ente.example
  verify: { trust: { anchors: [/etc/kong/modi/authorities.pem] } }
  sign: { key: { file: /etc/kong/modi/sigillo.pem }, issuer: ente }
organisations:
${each(sizes.organisations, (index) => `  - { id: ente-${index}, name: Ente ${index}, identity: 'CF:IT-${String(80_000_000_000 + index)}' }`)}
`,
    `catalogue: 1
services:
${each(
  sizes.services,
  (index) => `  - name: servizio-${index}
    title: Servizio ${index}
    url: http://servizio-${index}.internal.example:8080
    path: /rest/servizio-${index}/v1
    patterns: [ID_AUTH_REST_02${index % 2 === 0 ? ', INTEGRITY_REST_01' : ''}]
    sign: ${index % 4 === 0}
    limits: { minute: 60 }`,
)}
`,
    `catalogue: 1
agreements:
${each(sizes.agreements, (index) => {
  const organisation = index % sizes.organisations;
  const service = (Math.floor(index / sizes.organisations) * 29 + organisation) % sizes.services;
  return `  - { organisation: ente-${organisation}, service: servizio-${service}, limits: { minute: ${100 + (index % 50)} }, until: '2030-12-31' }`;
})}
`,
  ];
}
