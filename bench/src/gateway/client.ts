import { serveHelper } from '../support/helper.ts'
import { rawConnection, rawRequest } from '../support/raw-http.ts'
import type { GatewayHeard, GatewayLoad } from './load.ts'

/** Asks over and over on many connections. */
async function ask({ questions, connections, seconds }: GatewayLoad): Promise<GatewayHeard> {
  const prepared = questions.map(({ requests }) => requests.map(rawRequest))
  const heard: GatewayHeard = { count: 0, failed: 0, ms: [], wallSeconds: 0 }
  const startedAt = performance.now()
  let turn = 0
  const lane = async () => {
    const places = await Promise.all((prepared[0] ?? []).map(({ port }) => rawConnection(port)))
    while (performance.now() - startedAt < seconds * 1000) {
      const requests = prepared[(turn += 1) % prepared.length] ?? []
      const at = performance.now()
      const answers = await Promise.all(requests.map(({ bytes }, index) => places[index]?.send(bytes)))
      heard.ms.push(performance.now() - at)
      heard.count += 1
      const good = (text: string | undefined) =>
        text?.includes('"data":{') === true && !text.includes('"errors"')
      if (!answers.every(good)) heard.failed += 1
    }
    for (const { close } of places) close()
  }
  await Promise.all(Array.from({ length: connections }, lane))
  heard.wallSeconds = (performance.now() - startedAt) / 1000
  return heard
}

serveHelper({ ask })
