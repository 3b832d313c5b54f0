/** Refusals of `/api/v1` as problem details (RFC 9457), with the fields of the engine's own problems beside the standard's. */
import type { FastifyReply } from 'fastify';
import type { Problem } from '../../domain/errors.ts';
import { httpStatus } from '../api-clients.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** @param status of the response; by the problem's code when left out. */
export function sendProblem(
  reply: FastifyReply,
  problem: Problem,
  status = httpStatus(problem),
): FastifyReply {
  if (problem.retryMs !== undefined) void reply.header('retry-after', Math.ceil(problem.retryMs / 1_000));
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type(PROBLEM_TYPE).send(problemDetails(problem, status));
}

export function problemDetails(problem: Problem, status: number): object {
  const { code, message, field, value, remedy, retryMs } = problem;
  return {
    type: `urn:parallax:problem:${code}`,
    title: code,
    status,
    detail: field === undefined ? message : `${field}${value === undefined ? '' : ` "${value}"`} ${message}`,
    code,
    field,
    value,
    remedy,
    retryMs,
  };
}
