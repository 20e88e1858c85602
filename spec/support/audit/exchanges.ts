import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessRecord, type ChainSigner, type ChainWriter, type EvidenceRef } from '../../../plugins/core/audit';
import type { MemoryRequest } from '../../../plugins/runtime/adapters/memory';
import { accepted, auditRoute, BOTH, runAuditAccess, runAuditResponse, signedAnswer } from '../audit-route';
import type { Cast } from '../corpus';
import { linesIn } from '../evidence';
import { AUDIENCE, BODY, digestOf, makeToken, type Party } from '../requests';
import { NOW } from '../verify-route';
import { openChain, START, type ChainOptions } from './chain';
import { kongLine } from './kong-lines';

/** What the service answers in these exchanges. */
export const ANSWER = Buffer.from('{"esito":"ok"}');

/** A folder with the chain of a node and its evidence, made by the real plugins and the real writer. */
export class ExchangesHome {
  readonly chains: string;
  readonly evidence: string;
  readonly writer: ChainWriter;
  private readonly config: Record<string, unknown>;

  private constructor(folder: string, writer: ChainWriter, config: Record<string, unknown>) {
    [this.chains, this.evidence] = [join(folder, 'audit'), join(folder, 'evidence')];
    this.writer = writer;
    this.config = config;
  }

  /** `config`: of modi-audit. `options`: of the chain's writer. */
  static async open(
    folder: string,
    signer: () => ChainSigner,
    config: Record<string, unknown> = {},
    options: Partial<ChainOptions> = {},
  ): Promise<ExchangesHome> {
    mkdirSync(folder, { recursive: true });
    const writer = await openChain({ directory: join(folder, 'audit'), signer, ...options });
    return new ExchangesHome(folder, writer, config);
  }

  /** A request signed by `party`, and an answer signed by the other organisation of the cast. `verify`: of modi-verify. */
  async exchange(id: string, cast: Cast, party: Party, verify: Record<string, unknown> = BOTH): Promise<void> {
    const { seen } = await accepted(cast, { party }, verify);
    await this.keep(id, seen);
    const digest = digestOf(ANSWER);
    const claims = { aud: AUDIENCE, iat: NOW, signed_headers: [{ digest }], request_digest: digestOf(BODY) };
    await this.answer(id, makeToken(cast.other, claims, { reference: 'x5c-leaf' }), digest);
    await this.record(id);
  }

  /** The access phase of modi-audit, after modi-verify has accepted the request. */
  async keep(id: string, seen: MemoryRequest): Promise<void> {
    const route = auditRoute(this.evidence, { evidence: 'full', ...this.config });
    await runAuditAccess(route, { ...seen, vars: { kong_request_id: id } });
  }

  /** The response phase. */
  async answer(id: string, signature: string, digest: string): Promise<void> {
    const route = auditRoute(this.evidence, { evidence: 'full', ...this.config });
    const headers = { 'agid-jwt-signature': signature, digest };
    const vars = { kong_request_id: id, http_x_modi_request_id: 'own-id' };
    await runAuditResponse(route, signedAnswer({ vars, answer: { status: 200, headers, body: ANSWER } }));
  }

  /** The access record, which takes the evidence that is there; `change` is put over Kong's line. */
  async record(id: string, evidence?: readonly EvidenceRef[], change: Record<string, unknown> = {}): Promise<void> {
    const line = JSON.parse(kongLine(id, { started_at: START, ...change })) as Record<string, unknown>;
    const members = { record: accessRecord(line), evidence: evidence ?? (await this.refsOf(id)) };
    await this.writer.append([{ kind: 'access', members }], {});
  }

  async refsOf(id: string): Promise<readonly EvidenceRef[]> {
    const lines = (await linesIn(this.evidence)).filter((one) => one.kind === 'line');
    return lines
      .filter(({ requestId }) => requestId === id)
      .map(({ part, sha256, file, offset }) => ({ part, sha256, file, offset }));
  }
}
