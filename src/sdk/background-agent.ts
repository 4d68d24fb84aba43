import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

interface ReusingAgent extends HttpAgent {
  reuseSocket(socket: Socket, request: ClientRequest): void;
}

/**
 * A keep-alive agent whose connections never keep the process alive: a collector that does not answer must not hold up the end of a
 * crawl. What is under way then is flushed by the exit handlers, in bounded time.
 */
export function createBackgroundAgent(protocol: string): HttpAgent {
  const agent: ReusingAgent = new (protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true });
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket && 'unref' in socket) (socket as Socket).unref();
    return socket;
  };
  const reuse = agent.reuseSocket.bind(agent);
  // Node refers to a socket again when a request takes it over.
  agent.reuseSocket = (socket, request) => {
    reuse(socket, request);
    socket.unref();
  };
  return agent;
}
