import { serverCommand, type InstallPlan, type Setting } from './plan';

/** Lines of kong.conf. A hash would begin a comment there. */
export const confLine = ({ name, value }: Setting): string => `${name} = ${value.replaceAll('#', '\\#')}`;

/** The same as environment variables, for a container. */
export const environmentLine = ({ name, value }: Setting): string => `KONG_${name.toUpperCase()}=${value}`;

/** A unit for systemd: the plugin server as a service of its own, so that `kong reload` leaves it alone. */
export function unitText(plan: InstallPlan, user: string): string {
  const folder = plan.socket.slice(0, plan.socket.lastIndexOf('/'));
  const [, runtime] = /^\/run\/([^/]+)$/.exec(folder) ?? [];
  // systemd sets the environment itself.
  const command = serverCommand({ ...plan, home: undefined });
  return [
    '[Unit]',
    'Description=ModI plugin server for Kong',
    'Before=kong.service',
    '',
    '[Service]',
    `User=${user}`,
    `Group=${user}`,
    ...(runtime === undefined ? [] : [`RuntimeDirectory=${runtime}`]),
    ...(plan.home === undefined ? [] : [`Environment=MODI_HOME=${plan.home}`]),
    `ExecStart=${command.join(' ')}`,
    'Restart=always',
    'RestartSec=1',
    'NoNewPrivileges=true',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n');
}
