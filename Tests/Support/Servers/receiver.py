"""Takes whatever is posted, for tests of what is told to people: `receiver.py FILE` writes a line of JSON for each.

/refuse answers 403, /hang nothing before the test ends.
"""

import json
import sys
import threading

import answering

lock = threading.Lock()


class Handler(answering.Handler):
    def do_POST(self):
        body = self.body().decode()
        if self.path == "/hang":
            threading.Event().wait()
        if self.path == "/refuse":
            return self.answer({"secret": "no"}, 403)
        names = ("Title", "Authorization", "Content-Type")
        with lock, open(sys.argv[1], "a") as file:
            head = {name: self.headers[name] for name in names if name in self.headers}
            file.write(json.dumps({"path": self.path, "head": head, "body": body}) + "\n")
        return self.answer({})


answering.serve(Handler)
