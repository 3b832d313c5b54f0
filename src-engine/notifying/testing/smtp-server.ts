/** The real SMTP server of the tests, as a process of its own with a certificate made for it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('smtp_server.py', import.meta.url));
const works = (command: string, ...words: string[]): boolean =>
  spawnSync(command, words, { stdio: 'ignore' }).status === 0;

/** The system's own has Debian's packages, where another one comes first in the path. */
const PYTHON = ['python3', '/usr/bin/python3'].find((one) => works(one, '-c', 'import aiosmtpd'));

export const hasSmtpServer = (): boolean => PYTHON !== undefined && works('openssl', 'version');

export type SmtpMessage = {
  readonly port: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly headers: readonly string[];
  readonly subject: string;
  readonly id: string;
  readonly body: string;
};
export type SmtpLogin = { readonly port: string; readonly login: string; readonly right: boolean };
export type SmtpServer = {
  /** By name: relay, starttls, smtps. */
  readonly ports: Readonly<Record<string, number>>;
  /** PEM of who signed the certificate. */
  readonly ca: string;
  readonly messages: SmtpMessage[];
  readonly logins: SmtpLogin[];
  stop(): void;
};

export async function startSmtpServer(): Promise<SmtpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-smtp-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  spawnSync('openssl', [...kind.split(' '), '-keyout', key, '-out', cert]);
  const ca = readFileSync(cert, 'utf8');
  const child: ChildProcess = spawn(PYTHON ?? 'python3', [SCRIPT, cert, key], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const [messages, logins]: [SmtpMessage[], SmtpLogin[]] = [[], []];
  const ports = await new Promise<Readonly<Record<string, number>>>((resolve, reject) => {
    child.on('exit', () => reject(new Error('the mail server ended')));
    if (child.stdout === null) return reject(new Error('the mail server has no output'));
    createInterface(child.stdout).on('line', (line) => {
      const what = JSON.parse(line) as { ports?: Record<string, number> } & (SmtpMessage | SmtpLogin);
      if (what.ports !== undefined) resolve(what.ports);
      else if ('login' in what) logins.push(what);
      else messages.push(what);
    });
  });
  return {
    ports,
    ca,
    messages,
    logins,
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
