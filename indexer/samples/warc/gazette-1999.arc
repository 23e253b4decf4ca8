filedesc://gazette-1999.arc 0.0.0.0 19991103120000 text/plain 67
1 0 Sample
URL IP-address Archive-date Content-type Archive-length

http://www.brenwickgazette.example/1999/bells.html 192.0.2.7 19991103120005 text/html 564
HTTP/1.0 200 OK
Content-Type: text/html
Server: Sample/1.0

<html><head><title>Brenwick Gazette: New bells for the town hall</title></head><body bgcolor="white">
<h1>New bells for the town hall</h1>
<p>The town hall in Brenwick gets three new bells. They were cast in May and weigh 640 kilos together, more than the tower has ever carried, and so its beams are made stronger first.</p>
<p>“Nobody will sleep past seven”, promised Wim Carrow, who had collected the money for eight years. The bells will ring for the first time at Easter.</p>
</body></html>

