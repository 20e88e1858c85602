import { signRequest, type HeaderList, type SignedToken } from '../../core/sign';
import type { Breakage } from './breakage';
import { applyBreakage } from './break';
import type { RequestPlan } from './plan';

/** A request as it goes out. */
export interface WireRequest {
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
  readonly tokens: readonly SignedToken[];
}

/** Signs the planned request; with a breakage, spoils it afterwards in exactly one way. */
export async function buildWire(plan: RequestPlan, breakage?: Breakage): Promise<WireRequest> {
  const { headers, tokens } = await signRequest(plan.request);
  const wire = { method: plan.method, headers, body: plan.request.body, tokens };
  return breakage === undefined ? wire : applyBreakage(wire, breakage, plan.request.identity.key);
}
