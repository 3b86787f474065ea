<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Shop</name>
    <message><source>Cart</source><translation type="unfinished"></translation></message>
    <message numerus="yes"><source>%n item(s)</source><translation><numerusform>%n item</numerusform><numerusform>%n items</numerusform></translation></message>
</context>
</TS>
