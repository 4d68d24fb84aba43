/** A failed delivery; `retry` is false when the receiver refused the message itself. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retry: boolean;

  constructor(message: string, retry: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retry = retry;
  }
}

/** Posts JSON and resolves on a 2xx answer; redirects are refused, so that a secret never travels to another host. */
export async function postJson(url: string, body: unknown, signal: AbortSignal, authorization?: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    signal,
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: JSON.stringify(body),
  });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const answer = (await response.text()).slice(0, 300);
  const retry = response.status >= 500 || response.status === 408 || response.status === 429;
  throw new DeliveryError(`the receiver answered ${response.status} ${answer}`.trim(), retry);
}
