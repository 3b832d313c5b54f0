/** `GET /metrics`: every figure for Prometheus, from the records that the window shows. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ghostStatus } from '../contract/live-records.ts';
import { engineHealth, engineStatus } from '../contract/records.ts';
import { riskStatus } from '../contract/risk-records.ts';
import { topics } from '../contract/topics.ts';
import { OrderEnds } from '../metrics/order-ends.ts';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from '../metrics/prometheus.ts';
import { RequestMeter } from '../metrics/request-meter.ts';
import { type ApiClients, UNAUTHORIZED } from './api-clients.ts';
import type { GatewayHost } from './host.ts';
import { readStanding } from './readiness.ts';
import { EVENTS_PATH } from './v1/event-stream.ts';

/** For so long one page answers all who ask: it is written on the trading thread, and whoever may look may ask often. */
const PAGE_MS = 200;
/** Asked by programs again and again: they would outnumber what people and programs do. */
const PROBES: ReadonlySet<string> = new Set(['/metrics', '/readyz', '/healthz']);

/** @param streams how many clients follow the stream of events. Answers what ends the counting. */
export function registerMetrics(
  app: FastifyInstance,
  host: GatewayHost,
  clients: ApiClients,
  streams: () => number,
): () => void {
  const ends = new OrderEnds();
  const requests = new RequestMeter();
  /** When the engine had a call whole, and when it began to answer: how slowly a client sends or takes its bytes is not the engine's. */
  const served = new WeakMap<FastifyRequest, { readonly fromMs: number; untilMs: number | undefined }>();
  const ended = (request: FastifyRequest, reply: FastifyReply, isAnswered: boolean): void => {
    const { url = '' } = request.routeOptions;
    // A stream lasts as long as its client follows: that says nothing of how fast the engine answers.
    if (url === EVENTS_PATH && reply.statusCode < 300) return;
    if (isAnswered) requests.record(operationOf(url), reply.statusCode, reply.elapsedTime * 1_000);
    const had = served.get(request);
    // Its bytes never came whole, or could not be read.
    if (had === undefined) return;
    const us = ((had.untilMs ?? performance.now()) - had.fromMs) * 1_000;
    // What strangers are refused is no service, and who measures is no user.
    if (PROBES.has(url) || clients.accessOf(request) === undefined) return;
    const isOurFault = reply.statusCode >= 500;
    const isBegun = isAnswered || had.untilMs !== undefined;
    host.countCall(us, isBegun ? (isOurFault ? 'failed' : 'answered') : 'givenUp');
  };
  app.addHook('onRequest', (request, reply, done) => {
    // Of an answer whose client has gone onResponse hears nothing.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) ended(request, reply, false);
    });
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    served.set(request, { fromMs: performance.now(), untilMs: undefined });
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    const had = served.get(request);
    if (had !== undefined) had.untilMs = performance.now();
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.raw.writableFinished) ended(request, reply, true);
    done();
  });
  const write = async (): Promise<string> =>
    prometheusText(
      engineStatus.parse(host.readView('status', {})),
      engineHealth.optional().parse(host.readView('health', {})),
      {
        risk: riskStatus.optional().parse(host.readView('risk', {})),
        portfolio: topics.portfolio.view.optional().parse(host.readView('portfolio', {})),
        ghost: ghostStatus.optional().parse(host.readView('ghost', {})),
        standing: await readStanding(host),
        ends,
        requests,
        streams: streams(),
        ...host.outsiderFigures(),
      },
    );
  let page: { readonly text: Promise<string>; readonly madeMs: number } | undefined;
  app.get('/metrics', async (request, reply) => {
    if (clients.accessOf(request) === undefined)
      return reply.code(401).send({ ok: false, error: UNAUTHORIZED });
    const nowMs = performance.now();
    if (page === undefined || nowMs - page.madeMs >= PAGE_MS) page = { text: write(), madeMs: nowMs };
    return reply.type(PROMETHEUS_CONTENT_TYPE).send(await page.text);
  });
  return host.subscribeFacts((facts) => ends.take(facts));
}

/** `kill` of `/api/kill` and of `/api/v1/operations/kill`, `orders` of `/api/v1/orders`; what is no route of ours is one. */
function operationOf(url: string | undefined): string {
  return /^\/(?:api\/)?(?:v1\/)?(?:operations\/)?([\w.-]+)$/.exec(url ?? '')?.[1] ?? 'other';
}
