import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

const gateway = process.env['QUILLWORKS_GATEWAY_URL'] ?? 'http://localhost:4000'

export default defineConfig({
  // `bun run dev` shows changes at once, against a Quillworks that is running.
  server: { proxy: { '/graphql': { target: gateway, ws: true }, '/api/': gateway } },
  // Nothing is inlined as data: addresses, which the content policy refuses for fonts.
  build: {
    assetsInlineLimit: 0,
    // Hundreds of small files would cost more in requests than they save: icons, and what most pages share, are one each.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'icons', test: /@lucide/ },
            { name: 'shared', test: /\/src\/lib\//, minShareCount: 8 },
            { name: 'libraries', test: /node_modules/, minShareCount: 8 },
          ],
        },
      },
    },
  },
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: adapter({ precompress: true }),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'frame-ancestors': ['none'],
          'form-action': ['self'],
        },
      },
    }),
  ],
})
