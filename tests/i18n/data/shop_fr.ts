<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr">
<context>
    <name>Shop</name>
    <message><source>Cart</source><translation>Panier</translation></message>
    <message numerus="yes"><source>%n item(s)</source><translation><numerusform>%n article</numerusform><numerusform>%n articles</numerusform></translation></message>
</context>
</TS>
