import type { RunningRoute } from '../entities';
import { routeName, signedRoutes } from '../questions';
import type { Rule } from '../types';

export const STREAMING_SIGNED: Rule = {
  code: 'MODI_CHECK_STREAMING_SIGNED',
  severity: 'warning',
  problem: {
    en: 'the answers of the route {route} are signed, so Kong holds them back until they are whole; this looks like a stream ({hint})',
    it: 'le risposte della rotta {route} sono firmate, quindi Kong le trattiene finché sono intere; questa sembra uno stream ({hint})',
  },
  remedy: {
    en: 'take modi-sign away from streams and give them a route of their own',
    it: 'togliere modi-sign dagli stream e dare loro una rotta propria',
  },
  *find(file) {
    for (const { route } of signedRoutes(file)) {
      const hint = hintOf(route);
      if (hint !== undefined) yield { at: [...route.path, hint], words: { route: routeName(route), hint } };
    }
  },
};

/** The member of a route that speaks of streams. */
function hintOf({ fields }: RunningRoute): string | undefined {
  if (fields['response_buffering'] === false) return 'response_buffering';
  if (JSON.stringify(fields['headers'] ?? {}).includes('event-stream')) return 'headers';
  const paths = Array.isArray(fields['paths']) ? fields['paths'].map(String) : [];
  return paths.some((path) => /(^|[/._-])(sse|events?|stream(ing)?|subscribe|websocket|ws)([/._$-]|$)/i.test(path))
    ? 'paths'
    : undefined;
}
