import { gateOf, routeName, verifiedRoutes } from '../questions';
import type { Rule } from '../types';

export const ROUTE_UNVERIFIED: Rule = {
  code: 'MODI_CHECK_ROUTE_UNVERIFIED',
  severity: 'warning',
  problem: {
    en: 'the route {route} has no modi-verify, other routes of its service have: {effect}',
    it: 'la rotta {route} non ha modi-verify, altre rotte del suo servizio sì: {effect}',
  },
  remedy: {
    en: 'put modi-verify on the route or on the service, or move the route to a service of its own',
    it: 'mettere modi-verify sulla rotta o sul servizio, o spostare la rotta in un servizio proprio',
  },
  *find(file) {
    const verified = new Set(verifiedRoutes(file).map(({ route }) => route));
    const services = new Set([...verified].map(({ service }) => service));
    for (const route of file.routes) {
      if (verified.has(route) || route.service === undefined || !services.has(route.service)) continue;
      const closed = gateOf(route) !== undefined;
      const effect = closed ? '401' : '200';
      yield { at: route.path, words: { route: routeName(route), effect }, ...(closed ? {} : { severity: 'error' }) };
    }
  },
};
