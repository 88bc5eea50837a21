// Opens a WebSocket, sends one text and one large binary message, and wants both back.
import WebSocket from 'ws'

const large = Buffer.alloc(1 << 20, 7)
const socket = new WebSocket(process.argv[2])
socket.on('open', () => { socket.send('hello'); socket.send(large) })
let bytes = 0
socket.on('message', (data) => {
  bytes += data.length
  if (bytes === 5 + large.length) { console.log('echoed'); socket.close() }
})
socket.on('error', (error) => { console.error(error.message); process.exit(1) })
setTimeout(() => process.exit(1), 20000).unref()
